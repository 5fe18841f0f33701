#include "latchkey/upkeep/prune_rules.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;
using upkeep::Candidate;
using upkeep::PruneRules;

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr std::int64_t kNow = 20'000 * kDay + 12 * 60 * 60;  // At noon.

const std::string kHost = "-x86_64-unknown-linux-gnu";

/// Last used so many days ago, at noon. A name without a channel is custom.
Candidate candidate(const std::string& name, std::int64_t days_ago = 0) {
    const auto official = dist::ToolchainName::parse(name + kHost);
    Candidate result{.name = official ? dist::AnyName(*official)
                                      : dist::AnyName(dist::CustomName::parse(name).value())};
    result.last_use = kNow - days_ago * kDay;
    return result;
}

/// The names of those that go, without their target.
std::vector<std::string> going(const std::vector<Candidate>& candidates, const PruneRules& rules,
                               std::int64_t now = kNow) {
    std::vector<std::string> names;
    for (const upkeep::Choice& each : upkeep::choose(candidates, rules, now)) {
        if (each.why_it_stays) continue;
        names.push_back(each.name.substr(0, each.name.size() - kHost.size()));
    }
    return names;
}

std::string reason(const Candidate& candidate, const PruneRules& rules) {
    return upkeep::choose(std::vector{candidate}, rules, kNow).front().why_it_stays.value_or("");
}

PruneRules unused(std::int64_t days) {
    return {.unused_days = days};
}

PruneRules newest(std::uint64_t count) {
    return {.newest = count};
}

PruneRules named(const std::string& pattern) {
    return {.pattern = pattern};
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a toolchain goes when whole days have passed since the day of its last use", "[prune]") {
    const std::vector all = {candidate("1.80.0", 29), candidate("1.81.0", 30),
                             candidate("1.82.0", 31), candidate("1.83.0", -3)};
    CHECK(going(all, unused(30)) == Names{"1.82.0"});
    CHECK(going(all, unused(29)) == Names{"1.81.0", "1.82.0"});
    // A use is noted once a day, so one at the end of a day may be known as one at its beginning.
    const std::int64_t midnight = 20'000 * kDay;
    Candidate early = candidate("1.84.0");
    early.last_use = midnight - 2 * kDay;
    CHECK(going({early}, unused(1), midnight - 1) == Names{});
    CHECK(going({early}, unused(1), midnight) == Names{"1.84.0"});
}

TEST_CASE("the newest of each kind stay, by version or date and for each target", "[prune]") {
    std::vector all = {candidate("stable"),
                       candidate("beta"),
                       candidate("nightly"),
                       candidate("nightly-2025-01-02"),
                       candidate("nightly-2025-03-01"),
                       candidate("nightly-2024-12-31"),
                       candidate("beta-2025-01-01"),
                       candidate("1.9.0"),
                       candidate("1.80.0"),
                       candidate("1.80.1"),
                       candidate("1.80"),
                       candidate("1.81.0-beta.2"),
                       candidate("1.81.0-beta.1")};
    CHECK(going(all, newest(1)) == Names{"nightly-2025-01-02", "nightly-2024-12-31", "1.9.0",
                                         "1.80.0", "1.80", "1.81.0-beta.1"});
    CHECK(going(all, newest(2)) == Names{"nightly-2024-12-31", "1.9.0", "1.80"});
    all = {candidate("1.80.0"), candidate("1.79.0")};
    all[1].name = *dist::ToolchainName::parse("1.79.0-x86_64-unknown-linux-musl");
    CHECK(going(all, newest(1)).empty());
}

TEST_CASE("what something else keeps counts among the newest", "[prune]") {
    std::vector all = {candidate("1.80.0"), candidate("1.81.0")};
    all[1].is_in_use = true;
    CHECK(going(all, newest(1)) == Names{"1.80.0"});
}

TEST_CASE("a glob is compared with the name, with its target and without", "[prune]") {
    const std::vector all = {candidate("nightly"), candidate("nightly-2025-01-02"),
                             candidate("stable")};
    CHECK(going(all, named("nightly")) == Names{"nightly"});
    CHECK(going(all, named("nightly-2025-*")) == Names{"nightly-2025-01-02"});
    CHECK(going(all, named("nightly-[0-9]*-01-0?")) == Names{"nightly-2025-01-02"});
    CHECK(going(all, named("*" + kHost)).size() == 3);
    CHECK(going(all, named("[n]*")).size() == 2);
    CHECK(going(all, named("*-musl")).empty());
}

TEST_CASE("every rule keeps", "[prune]") {
    const std::vector all = {
        candidate("nightly-2025-01-01", 100), candidate("nightly-2025-01-02", 1),
        candidate("nightly-2025-01-03", 100), candidate("1.80.0", 100), candidate("1.81.0", 100)};
    PruneRules rules = unused(30);
    rules.newest = 1;
    CHECK(going(all, rules) == Names{"nightly-2025-01-01", "1.80.0"});
    rules.pattern = "nightly*";
    CHECK(going(all, rules) == Names{"nightly-2025-01-01"});
    CHECK(upkeep::choose(all, rules, kNow)[3].why_it_stays == "'nightly*' does not match it");
}

TEST_CASE("what is protected stays, whatever the rules are", "[prune]") {
    const auto check = [](bool Candidate::*protection, const std::string& why) {
        Candidate one = candidate("1.80.0", 1000);
        CHECK(reason(one, named("*")).empty());
        one.*protection = true;
        CHECK(reason(one, named("*")) == why);
        CHECK(reason(one, unused(1)) == why);
    };
    check(&Candidate::is_link, "it is a link to a toolchain of yours");
    check(&Candidate::is_default, "it is the default toolchain");
    check(&Candidate::is_active, "it is the active toolchain");
    check(&Candidate::is_overridden, "a directory override names it");
    check(&Candidate::is_aliased, "an alias stands for it");
    check(&Candidate::is_held, "it is held at the release to which it was rolled back");
    check(&Candidate::is_in_use, "it is in use");
    CHECK(reason(candidate("mine", 1000), named("*")) == "no channel could bring it back");
}

TEST_CASE("a time is a number of days, weeks or months of 30 days", "[prune]") {
    const auto parse = [](const std::string& text) {
        return upkeep::parse_rules(text, std::nullopt, std::nullopt).unused_days;
    };
    CHECK(parse("30d") == 30);
    CHECK(parse("4w") == 28);
    CHECK(parse("6m") == 180);
    CHECK(parse("4294967295m") == 4294967295 * 30);
    for (const std::string bad : {"", "d", "30", "0d", "-1d", "+1d", "1.5d", " 1d", "1d ", "30D",
                                  "1y", "4294967296d", "1dd"}) {
        INFO(bad);
        CHECK_THROWS_WITH(parse(bad), Catch::Contains("'" + bad + "'"));
    }
}

TEST_CASE("a number of toolchains is at least one", "[prune]") {
    const auto parse = [](const std::string& text) {
        return upkeep::parse_rules(std::nullopt, text, std::nullopt).newest;
    };
    CHECK(parse("3") == 3);
    for (const std::string bad : {"", "0", "-1", "three", "3x", "4294967296"}) {
        INFO(bad);
        CHECK_THROWS_WITH(parse(bad), Catch::Contains("'" + bad + "'"));
    }
}

TEST_CASE("without any rule nothing is guessed", "[prune]") {
    CHECK_THROWS_WITH(upkeep::parse_rules(std::nullopt, std::nullopt, std::nullopt),
                      Catch::Contains("give at least one of"));
    CHECK_THROWS_WITH(upkeep::parse_rules("30d", std::nullopt, ""), Catch::Contains("''"));
    CHECK(upkeep::parse_rules(std::nullopt, std::nullopt, "*").pattern == "*");
}
