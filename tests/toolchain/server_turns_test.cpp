#include "server_turns.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <map>

#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::error_text;
using toolchain::ChannelAnswer;
using Kind = ChannelAnswer::Kind;

namespace {

/// What a server says: an answer or a failure.
struct Saying {
    ChannelAnswer answer;
    std::optional<Error> failure;
};

Saying of_date(const std::string& date) {
    Saying saying;
    saying.answer.kind = Kind::manifest;
    saying.answer.manifest.date = date;
    return saying;
}

Saying of_kind(Kind kind) {
    Saying saying;
    saying.answer.kind = kind;
    if (kind == Kind::inconsistent) saying.answer.mismatch = Error(Errc::corrupt, "checksum");
    return saying;
}

Saying failing(Errc code, const std::string& text) {
    Saying saying;
    saying.failure = Error(code, text);
    return saying;
}

task::awaitable<ChannelAnswer> say(Saying saying) {
    if (saying.failure) throw *saying.failure;
    co_return std::move(saying.answer);
}

/// Servers that say one thing after another; the last one for ever.
struct Turns {
    test::ToolchainFixture f;
    std::map<std::size_t, std::deque<Saying>> script;
    std::vector<std::pair<std::size_t, unsigned>> asked;
    config::ChangeVariables variables;

    explicit Turns(std::vector<std::deque<Saying>> sayings) {
        for (std::size_t i = 0; i < sayings.size(); ++i) {
            script[i] = std::move(sayings[i]);
            variables.mirrors.emplace_back();
            variables.mirrors.back().url = "http://" + std::to_string(i);
        }
        f.services.mirrors = std::make_shared<mirrors::Mirrors>(variables);
        f.services.options.variables.max_retries = 3;
    }

    ChannelAnswer ask(const std::string& oldest_date = "") {
        const toolchain::AskServer ask_one = [this](std::size_t place, unsigned retries) {
            asked.emplace_back(place, retries);
            std::deque<Saying>& sayings = script.at(place);
            Saying next = sayings.front();
            if (sayings.size() > 1) sayings.pop_front();
            return say(std::move(next));
        };
        const auto name = dist::ToolchainName::parse("stable-x86_64-unknown-linux-gnu");
        return test::run(f.loop, toolchain::ask_in_turn(f.services, *name, ask_one, oldest_date));
    }

    [[nodiscard]] const std::vector<std::string>& said() const { return f.said.texts; }
};

using Asked = std::vector<std::pair<std::size_t, unsigned>>;

}  // namespace

TEST_CASE("the first server that answers is the last one that is asked", "[server_turns]") {
    Turns turns({{of_date("2026-04-16")}, {of_date("2026-04-17")}});
    CHECK(turns.ask().manifest.date == "2026-04-16");
    CHECK(turns.asked == Asked{{0, 0}});
    CHECK(turns.said().empty());
}

TEST_CASE("a server that fails is warned of once, and asked last from then on", "[server_turns]") {
    Turns turns({{failing(Errc::unreachable, "busy")}, {of_date("2026-04-16")}});
    CHECK(turns.ask().kind == Kind::manifest);
    CHECK(turns.ask().kind == Kind::manifest);
    CHECK(turns.asked == Asked{{0, 0}, {1, 0}, {1, 0}});
    CHECK(turns.said() ==
          std::vector<std::string>{"warn: the mirror 'http://0' is passed over: busy"});
}

TEST_CASE("if all fail they are asked once more, with patience, and the first failure is told",
          "[server_turns]") {
    Turns turns({{failing(Errc::unreachable, "one")}, {failing(Errc::unreachable, "other")}});
    CHECK(error_text([&] { turns.ask(); }) == "one");
    CHECK(turns.asked == Asked{{0, 0}, {1, 0}, {0, 3}, {1, 3}});
    CHECK(turns.said().size() == 2);

    Turns later({{failing(Errc::unreachable, "one")},
                 {failing(Errc::unreachable, "other"), of_date("2026-04-16")}});
    CHECK(later.ask().manifest.date == "2026-04-16");
}

TEST_CASE("a manifest that is broken comes from another server, and is not asked for again",
          "[server_turns]") {
    Turns turns({{failing(Errc::corrupt, "not TOML")}, {of_kind(Kind::absent)}});
    CHECK(error_text([&] { turns.ask(); }) == "not TOML");
    CHECK(turns.asked == Asked{{0, 0}, {1, 0}});
}

TEST_CASE("a release is absent if every server says so, and not if one fails", "[server_turns]") {
    Turns absent({{of_kind(Kind::absent)}, {of_kind(Kind::absent)}});
    CHECK(absent.ask().kind == Kind::absent);
    CHECK(absent.said().empty());
    Turns failed({{of_kind(Kind::absent)}, {failing(Errc::unreachable, "403")}});
    CHECK(error_text([&] { failed.ask(); }) == "403");
    Turns worded({{failing(Errc::not_found, "no archive")}, {of_kind(Kind::absent)}});
    CHECK(error_text([&] { worded.ask(); }) == "no archive");
    CHECK(worded.said().empty());
}

TEST_CASE("a manifest that is not that of its checksum counts if nobody has a better one",
          "[server_turns]") {
    Turns better({{of_kind(Kind::inconsistent)}, {of_date("2026-04-16")}});
    CHECK(better.ask().kind == Kind::manifest);
    Turns alone({{of_kind(Kind::inconsistent)}, {of_kind(Kind::absent)}});
    const ChannelAnswer answer = alone.ask();
    CHECK(answer.kind == Kind::inconsistent);
    CHECK(answer.mismatch);
}

TEST_CASE("a server that is behind is passed over, the same day is not behind", "[server_turns]") {
    Turns turns({{of_date("2026-04-15")}, {of_date("2026-04-16")}});
    CHECK(turns.ask("2026-04-16").manifest.date == "2026-04-16");
    CHECK(turns.said().empty());
    CHECK(turns.ask("").manifest.date == "2026-04-15");  // It is not blamed for that.
}

TEST_CASE("if all are behind the toolchain stays, and the newest date is told", "[server_turns]") {
    Turns turns(
        {{of_date("2026-04-10")}, {failing(Errc::unreachable, "x")}, {of_date("2026-04-15")}});
    const ChannelAnswer answer = turns.ask("2026-04-16");
    CHECK(answer.kind == Kind::unchanged);
    CHECK(answer.older);
    REQUIRE(turns.said().size() == 2);
    CHECK(turns.said()[1] ==
          "info: the newest stable-x86_64-unknown-linux-gnu of the mirrors is of 2026-04-15, and "
          "older than the installed one of 2026-04-16, which stays");
}

TEST_CASE("what the user's side has got wrong is told at once", "[server_turns]") {
    Turns turns({{failing(Errc::usage, "a variable")}, {of_date("2026-04-16")}});
    CHECK(error_text([&] { turns.ask(); }) == "a variable");
    CHECK(turns.asked == Asked{{0, 0}});
}

TEST_CASE("a server of no list is asked with patience, whatever its date", "[server_turns]") {
    Turns turns({{of_date("2026-04-10")}});
    turns.f.services.mirrors = std::make_shared<mirrors::Mirrors>(config::ChangeVariables());
    CHECK(turns.ask("2026-04-16").manifest.date == "2026-04-10");
    CHECK(turns.asked == Asked{{0, 3}});
}
