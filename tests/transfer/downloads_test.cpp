#include "downloads.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <list>
#include <vector>

#include "task/run.hpp"

using namespace latchkey;
using namespace std::chrono_literals;
using task::awaitable;
using transfer::Downloads;
using transfer::LineTrial;

namespace {

struct Quiet final : transfer::Progress {
    void warn(const std::string&) override {}
    void debug(const std::string& text) override { said += text; }
    void begin(const std::string&, const std::string&) override {}
    void resume(const std::string&, std::uint64_t) override {}
    void total(const std::string&, std::uint64_t) override {}
    void advance(const std::string&, std::uint64_t) override {}
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}

    std::string said;
};

constexpr std::uint64_t kMega = 1'000'000;

/// Downloads by a clock of their own, on a line that brings what it is told to.
struct Line {
    explicit Line(std::optional<unsigned> at_once = std::nullopt)
        : downloads(at_once, [this] { return now; }) {}

    LineTrial::Time now{};
    Quiet progress;
    Downloads downloads;
    std::list<Downloads::Flow> flows;
    std::vector<std::uint64_t> begun;  ///< Weights.
    std::vector<std::uint64_t> ended;

    Downloads::Flow& flow(std::uint64_t rest_bytes = 100 * kMega) {
        Downloads::Flow& added = flows.emplace_back(downloads, progress);
        added.begin(rest_bytes);
        return added;
    }

    /// Shared by all flows.
    void bring(double mega_per_second) {
        for (int i = 0; i < 50; ++i) {
            now += 10ms;
            const double bytes = mega_per_second * 1e6 / 100 / static_cast<double>(flows.size());
            for (auto& each : flows) each.came(static_cast<std::uint64_t>(bytes));
        }
    }
};

/// An artifact that comes until it is told to end.
awaitable<void> fetch(Line& line, std::uint64_t weight) {
    const auto permit = co_await line.downloads.acquire(weight, nullptr);
    line.begun.push_back(weight);
    while (std::ranges::find(line.ended, weight) == line.ended.end()) {
        co_await test::pause_for(1ms);
    }
}

awaitable<void> fetch_all(Line& line, std::vector<std::uint64_t> weights) {
    std::vector<awaitable<void>> all;
    for (const std::uint64_t weight : weights) all.push_back(fetch(line, weight));
    co_await task::first_of(task::all(std::move(all)), line.downloads.watch());
}

const std::vector<std::uint64_t> kWeights{9, 8, 7, 6, 5};

awaitable<void> until(std::function<bool()> is_so) {
    while (!is_so()) co_await test::pause_for(1ms);
}

/// Until so many have begun; one too many would show, too.
awaitable<void> see(Line& line, std::size_t count) {
    co_await task::with_deadline(until([&] { return line.begun.size() >= count; }), 30s);
    co_await test::pause_for(5ms);
}

template <typename Kind>
void run(Kind& line, awaitable<void> (*play)(Kind&)) {
    task::Loop loop(1);
    std::vector<awaitable<void>> both;
    both.push_back(fetch_all(line, kWeights));
    both.push_back(play(line));
    test::run(loop, task::all(std::move(both)));
}

awaitable<void> fill_the_line(Line& line) {
    co_await see(line, 2);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8});
    line.flow();
    line.flow();
    line.bring(12);
    co_await see(line, 3);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 5});
    line.flow();
    line.bring(12);
    CHECK(line.progress.said == "2 downloads at once fill the line: 12.0 MB/s");
    line.flows.pop_back();
    line.ended = {5};
    co_await test::pause_for(5ms);
    CHECK(line.begun.size() == 3);  // Its permit went with it.
    line.ended.push_back(8);
    co_await see(line, 4);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 5, 7});
    line.ended = kWeights;
}

awaitable<void> fill_more_of_the_line(Line& line) {
    co_await see(line, 2);
    line.flow();
    line.flow();
    line.bring(9);
    co_await see(line, 3);
    line.flow();
    line.bring(13.5);
    co_await see(line, 5);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 5, 7, 6});
    line.ended = kWeights;
}

awaitable<void> wait_for_decoders(Line& line) {
    co_await see(line, 2);
    Downloads::Flow& one = line.flow();
    Downloads::Flow& two = line.flow();
    one.hold();
    two.hold();
    co_await see(line, 4);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 7, 6});
    one.release();
    two.release();
    line.ended = kWeights;
}

awaitable<void> pause_the_line(Line& line) {
    co_await see(line, 2);
    line.flow();
    line.flow();
    line.now += 1s;
    co_await see(line, 4);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 7, 6});
    line.ended = kWeights;
}

awaitable<void> bring_anything(Line& line) {
    co_await see(line, 3);
    for (int i = 0; i < 3; ++i) line.flow().hold();
    line.bring(12);
    co_await test::pause_for(5ms);
    CHECK(line.begun == std::vector<std::uint64_t>{9, 8, 7});
    CHECK(!line.flows.front().may_widen(1e6));
    line.ended = kWeights;
}

/// Two flows on a line that they fill.
struct FullLine : Line {
    Downloads::Flow& one;
    Downloads::Flow& two;

    FullLine() : one(flow(80 * kMega)), two(flow(20 * kMega)) {}

    awaitable<void> find_out() {
        co_await see(*this, 2);
        bring(12);
        co_await see(*this, 3);
        flow();
        bring(12);
        flows.pop_back();
        REQUIRE(progress.said != "");
    }
};

awaitable<void> give_way(Downloads::Flow& flow, bool& gave) {
    gave = false;
    co_await flow.give_way();
    gave = true;
}

awaitable<void> play_fairly(FullLine& line) {
    co_await line.find_out();
    line.one.came(2 * kMega);
    bool one_went = false;
    bool two_went = false;
    std::vector<awaitable<void>> both;
    both.push_back(give_way(line.one, one_went));
    both.push_back(give_way(line.two, two_went));
    both.push_back([](FullLine& all, bool& first, bool& second) -> awaitable<void> {
        co_await test::pause_for(5ms);
        CHECK(!first);
        CHECK(second);
        all.two.came(2 * kMega);
        co_await task::with_deadline(until([&] { return first; }), 500ms);
        CHECK(first);
    }(line, one_went, two_went));
    co_await task::all(std::move(both));
    line.ended = kWeights;
}

awaitable<void> leave_the_line_to_others(FullLine& line) {
    co_await line.find_out();
    line.two.hold();
    line.one.came(50 * kMega);
    co_await task::with_deadline(line.one.give_way(), 500ms);
    // And nothing of that is owed to the other one.
    line.two.release();
    co_await task::with_deadline(line.one.give_way(), 500ms);
    line.ended = kWeights;
}

awaitable<void> stall(FullLine& line) {
    co_await line.find_out();
    line.one.came(50 * kMega);
    co_await line.one.give_way();  // The other one brings nothing: this one goes on after a while.
    line.ended = kWeights;
}

awaitable<void> stop_giving_way(FullLine& line) {
    co_await line.find_out();
    line.one.came(50 * kMega);
    line.ended = kWeights;
    CHECK_THROWS_AS(co_await task::first_of(line.one.give_way(), test::stop_after(5ms)),
                    test::Stop);
}

awaitable<void> widen(FullLine& line) {
    co_await see(line, 2);
    CHECK(!line.one.may_widen(1e6));  // Others wait for what the trial finds out.
    co_await line.find_out();
    CHECK(!line.one.may_widen(1e6));
    line.flows.pop_back();
    CHECK(line.one.may_widen(1e6));
    CHECK(!line.one.may_widen(11e6));  // It fills the line alone.
    line.ended = kWeights;
}

}  // namespace

TEST_CASE("two downloads begin, the lightest is tried, and no more on a full line", "[downloads]") {
    Line line;
    run(line, fill_the_line);
}

TEST_CASE("all may come where one more brings more", "[downloads]") {
    Line line;
    run(line, fill_more_of_the_line);
}

TEST_CASE("all may come where the decoders are what is waited for", "[downloads]") {
    Line line;
    run(line, wait_for_decoders);
}

TEST_CASE("all may come where nothing comes for a while", "[downloads]") {
    Line line;
    run(line, pause_the_line);
}

TEST_CASE("a number that the user chose is kept", "[downloads]") {
    Line line(3);
    run(line, bring_anything);
}

TEST_CASE("on a full line none gets ahead of another", "[downloads]") {
    FullLine line;
    run(line, play_fairly);
}

TEST_CASE("a download that waits for its decoder leaves the line to the others", "[downloads]") {
    FullLine line;
    run(line, leave_the_line_to_others);
}

TEST_CASE("a download that stalls does not stop the others", "[downloads]") {
    FullLine line;
    run(line, stall);
}

TEST_CASE("giving way can be cancelled", "[downloads]") {
    FullLine line;
    run(line, stop_giving_way);
}

TEST_CASE("the largest uses more connections where one does not fill the line", "[downloads]") {
    FullLine line;
    run(line, widen);
}
