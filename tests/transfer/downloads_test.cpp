#include "downloads.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <list>
#include <vector>

#include "latchkey/task/group.hpp"
#include "latchkey/task/notice.hpp"
#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using transfer::Downloads;

namespace {

/// Artifacts that come until they are told to end, by their weights.
class Artifacts {
public:
    explicit Artifacts(std::optional<unsigned> at_once = std::nullopt) : downloads(at_once) {}

    Downloads downloads;
    net::LineMeter line;
    std::list<Downloads::Flow> flows;
    std::vector<std::uint64_t> begun;

    awaitable<void> come(std::uint64_t weight) {
        const auto permit = co_await downloads.acquire(weight);
        begun.push_back(weight);
        while (std::ranges::find(ended_, weight) == ended_.end()) co_await end_.wait();
    }

    /// All of them, while `play` is played, and to their end.
    void run(awaitable<void> (*play)(Artifacts&)) {
        task::Loop loop(1);
        std::vector<awaitable<void>> all;
        for (const std::uint64_t weight : kWeights) all.push_back(come(weight));
        all.push_back(play_to_the_end(play));
        test::run(loop, task::all(std::move(all)));
    }

    Downloads::Flow& flow(std::uint64_t rest_bytes = 0) {
        Downloads::Flow& added = flows.emplace_back(downloads, line);
        added.begin(rest_bytes);
        return added;
    }

private:
    static constexpr std::uint64_t kWeights[] = {9, 8, 5, 6, 7};

    awaitable<void> play_to_the_end(awaitable<void> (*play)(Artifacts&)) {
        co_await play(*this);
        ended_.assign(std::begin(kWeights), std::end(kWeights));
        // Each has a wait of its own.
        for (int i = 0; i < 20; ++i) {
            end_.tell();
            co_await turn();
        }
    }

public:
    /// Whatever the loop has to do is done.
    static awaitable<void> turn() {
        for (int i = 0; i < 20; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    }

private:
    task::Notice end_;
    std::vector<std::uint64_t> ended_;
};

using Weights = std::vector<std::uint64_t>;

awaitable<void> begin(Artifacts& all) {
    co_await Artifacts::turn();
    all.flow();
    all.flow();
    CHECK(all.begun == Weights{9, 8});
}

awaitable<void> end_one(Artifacts& all) {
    co_await begin(all);
    all.flows.front().pause();  // Its connection broke.
    co_await Artifacts::turn();
    CHECK(all.begun.size() == 2);
    all.flows.pop_front();
    co_await Artifacts::turn();
    CHECK(all.begun == Weights{9, 8, 7, 6});
}

awaitable<void> wait_for_decoders(Artifacts& all) {
    co_await begin(all);
    all.flows.front().hold();
    co_await Artifacts::turn();
    CHECK(all.begun.size() == 2);
    all.flows.back().hold();
    co_await Artifacts::turn();
    CHECK(all.begun == Weights{9, 8, 7, 6});
}

awaitable<void> bring_little(Artifacts& all) {
    co_await begin(all);
    const net::LineMeter::Time start{};
    all.line.join(start);
    all.line.add(start + 1s, 9'000'000);
    all.flows.front().came(1);
    co_await Artifacts::turn();
    CHECK(all.begun.size() == 2);
    all.line.add(start + 3s, 1'000'000);
    all.flows.front().came(1);
    co_await Artifacts::turn();
    CHECK(all.begun == Weights{9, 8, 7, 6});
}

awaitable<void> end_and_hold(Artifacts& all) {
    co_await Artifacts::turn();
    for (int i = 0; i < 3; ++i) all.flow().hold();
    all.flows.pop_front();
    co_await Artifacts::turn();
    CHECK(all.begun == Weights{9, 8, 5});
    CHECK_FALSE(all.flows.front().may_widen());
}

}  // namespace

TEST_CASE("two downloads begin, and two more when one has ended", "[downloads]") {
    Artifacts all;
    all.run(end_one);
}

TEST_CASE("two more begin where all that come wait for their decoders", "[downloads]") {
    Artifacts all;
    all.run(wait_for_decoders);
}

TEST_CASE("two more begin on a line that is slower than a decoder", "[downloads]") {
    Artifacts all;
    all.run(bring_little);
}

TEST_CASE("where the user says how many, it is so many, by one connection each", "[downloads]") {
    Artifacts all(3);
    all.run(end_and_hold);
}

TEST_CASE("one file at a time may use more connections: the one with the most to come",
          "[downloads]") {
    Downloads downloads(std::nullopt);
    const net::LineMeter line;
    Downloads::Flow large(downloads, line);
    Downloads::Flow small(downloads, line);
    large.begin(80);
    small.begin(20);
    CHECK(large.may_widen());
    CHECK_FALSE(small.may_widen());
    large.came(70);
    CHECK_FALSE(large.may_widen());
    CHECK(small.may_widen());
    large.set_in_parts(true);
    CHECK_FALSE(small.may_widen());
    large.pause();
    CHECK(small.may_widen());
}

TEST_CASE("each begin and end of a download is counted", "[downloads]") {
    Downloads downloads(std::nullopt);
    const std::size_t before = downloads.changes();
    {
        const net::LineMeter line;
        Downloads::Flow flow(downloads, line);
        flow.begin(80);
        flow.begin(70);  // Goes on.
        CHECK(downloads.changes() == before + 1);
        flow.pause();
        CHECK(downloads.changes() == before + 2);
        flow.begin(60);
    }
    CHECK(downloads.changes() == before + 4);
}

TEST_CASE("a server that has failed to send parts is not asked for parts", "[downloads]") {
    Downloads downloads(std::nullopt);
    downloads.give_up_parts(net::Url::parse("http://one.example:81/a"));
    CHECK_FALSE(downloads.sends_parts(net::Url::parse("http://one.example:81/b")));
    CHECK(downloads.sends_parts(net::Url::parse("http://one.example/b")));
    CHECK(downloads.sends_parts(net::Url::parse("https://one.example:81/b")));
}
