#include "server_turns.hpp"

#include <catch2/catch.hpp>

#include "fleet/fixture.hpp"
#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::error_text;

namespace {

/// What a server answers: a value, nothing, or a failure.
struct Reply {
    std::optional<int> value;
    std::optional<Error> failure;
};

Reply failing(Errc code, const std::string& text) {
    return {std::nullopt, Error(code, text)};
}

task::awaitable<std::optional<int>> answer(const std::vector<Reply>& replies,
                                           std::vector<std::size_t>& asked, std::size_t place) {
    asked.push_back(place);
    if (replies.at(place).failure) throw *replies.at(place).failure;
    co_return replies.at(place).value;
}

task::awaitable<std::optional<int>> ask_all(fleet::Means& means, const std::vector<Reply>& replies,
                                            std::vector<std::size_t>& asked) {
    const std::function ask = [&](std::size_t place) { return answer(replies, asked, place); };
    std::optional<int> found = co_await fleet::ask_servers<int>(means, ask);
    co_return found;
}

/// Mirrors m0, m1 and so on.
struct Turns : test::FleetFixture {
    std::vector<std::size_t> asked;

    explicit Turns(std::size_t count) {
        for (std::size_t place = 0; place < count; ++place) {
            config::Mirror mirror;
            mirror.url = "http://m" + std::to_string(place);
            means.variables.mirrors.push_back(mirror);
        }
        means.mirrors = mirrors::Mirrors(means.variables);
    }

    std::optional<int> ask(const std::vector<Reply>& replies) {
        asked.clear();
        return test::run(loop, ask_all(means, replies, asked));
    }
};

}  // namespace

TEST_CASE("the first server that has a value is the last that is asked", "[server_turns]") {
    Turns f(3);
    CHECK(f.ask({{}, {7, {}}, {8, {}}}) == 7);
    CHECK(f.asked == std::vector<std::size_t>{0, 1});
    CHECK(f.said.texts.empty());
}

TEST_CASE("what no server has is no failure", "[server_turns]") {
    Turns f(2);
    CHECK_FALSE(f.ask({{}, {}}));
    CHECK(f.asked.size() == 2);
}

TEST_CASE("a server that fails is warned of once, and asked last from then on", "[server_turns]") {
    Turns f(2);
    const std::vector<Reply> replies{failing(Errc::unreachable, "it is away"), {7, {}}};
    CHECK(f.ask(replies) == 7);
    CHECK(f.said.texts ==
          std::vector<std::string>{"warn: the mirror 'http://m0' is passed over: it is away"});
    CHECK(f.ask(replies) == 7);
    CHECK(f.asked == std::vector<std::size_t>{1});
    CHECK(f.said.texts.size() == 1);
}

TEST_CASE("a failure counts for more than an absence", "[server_turns]") {
    Turns f(3);
    CHECK(error_text([&] {
              f.ask({{}, failing(Errc::corrupt, "it lies"), failing(Errc::unreachable, "away")});
          }) == "it lies");
}

TEST_CASE("what is wrong on this side ends it at once", "[server_turns]") {
    Turns f(2);
    CHECK(error_text([&] { f.ask({failing(Errc::io, "no disk"), {7, {}}}); }) == "no disk");
    CHECK(f.asked.size() == 1);
    CHECK(f.said.texts.empty());
}

TEST_CASE("without a list the one server's failure is told as it is", "[server_turns]") {
    Turns f(0);
    CHECK(error_text([&] { f.ask({failing(Errc::unreachable, "away")}); }) == "away");
    CHECK(f.said.texts.empty());
}
