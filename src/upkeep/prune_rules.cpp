#include "latchkey/upkeep/prune_rules.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/system.hpp"

namespace latchkey::upkeep {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

/// Toolchains of one kind are older or newer than each other.
struct Group {
    std::string kind;  ///< For people: "dated nightlies".
    std::string target;

    auto operator<=>(const Group&) const = default;
};

std::string plural_of(const dist::Channel& channel) {
    switch (channel.kind()) {
        case dist::Channel::Kind::stable:
            return "stables";
        case dist::Channel::Kind::beta:
            return "betas";
        case dist::Channel::Kind::nightly:
            return "nightlies";
        case dist::Channel::Kind::version:
            break;
    }
    return channel.version().beta ? "beta versions" : "stable versions";
}

Group group_of(const dist::ToolchainName& name) {
    if (name.date()) return {"dated " + plural_of(name.channel()), name.target()};
    if (name.channel().kind() == dist::Channel::Kind::version) {
        return {plural_of(name.channel()), name.target()};
    }
    return {name.channel().str() + " toolchains", name.target()};
}

/// Within a group.
bool is_newer(const dist::ToolchainName& one, const dist::ToolchainName& other) {
    if (one.date() != other.date()) return one.date() > other.date();
    return one.channel() > other.channel();
}

/// Official name → how many of its group are newer.
std::map<std::string, std::uint64_t> rank(std::span<const Candidate> candidates) {
    std::map<Group, std::vector<dist::ToolchainName>> groups;
    for (const Candidate& each : candidates) {
        const auto* official = std::get_if<dist::ToolchainName>(&each.name);
        if (official != nullptr) groups[group_of(*official)].push_back(*official);
    }
    std::map<std::string, std::uint64_t> ranks;
    for (auto& [group, names] : groups) {
        std::ranges::sort(names, is_newer);
        for (std::size_t i = 0; i < names.size(); ++i) ranks[names[i].str()] = i;
    }
    return ranks;
}

bool matches(const std::string& pattern, const dist::ToolchainName& name) {
    const auto matches_text = [&pattern](const std::string& text) {
        return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    };
    return matches_text(name.str()) || matches_text(name.manifest_name());
}

/// What keeps it whatever the rules are.
std::optional<std::string> find_protection(const Candidate& candidate) {
    if (candidate.is_link) return "it is a link to a toolchain of yours";
    if (!std::holds_alternative<dist::ToolchainName>(candidate.name)) {
        return "no channel could bring it back";
    }
    if (candidate.is_default) return "it is the default toolchain";
    if (candidate.is_active) return "it is the active toolchain";
    if (candidate.is_overridden) return "a directory override names it";
    if (candidate.is_aliased) return "an alias stands for it";
    if (candidate.is_held) return "it is held at the release to which it was rolled back";
    if (candidate.is_in_use) return "it is in use";
    return std::nullopt;
}

std::optional<std::string> find_reason(const Candidate& candidate, const PruneRules& rules,
                                       const std::map<std::string, std::uint64_t>& ranks,
                                       std::int64_t now) {
    if (auto protection = find_protection(candidate)) return protection;
    const auto& name = std::get<dist::ToolchainName>(candidate.name);
    if (rules.pattern && !matches(*rules.pattern, name)) {
        return fmt::format("'{}' does not match it", *rules.pattern);
    }
    if (rules.newest && ranks.at(name.str()) < *rules.newest) {
        return fmt::format("it is among the newest {} of the {}", *rules.newest,
                           group_of(name).kind);
    }
    if (rules.unused_days &&
        now / kDaySeconds - candidate.last_use / kDaySeconds <= *rules.unused_days) {
        return "it was used on " + day_text(candidate.last_use);
    }
    return std::nullopt;
}

/// Empty: it is not a number, or too large.
std::optional<std::uint32_t> find_number(std::string_view text) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
    return number;
}

std::int64_t parse_days(std::string_view text) {
    const std::map<char, std::int64_t> units = {{'d', 1}, {'w', 7}, {'m', 30}};
    const auto unit = text.empty() ? units.end() : units.find(text.back());
    if (unit != units.end()) {
        const auto number = find_number(text.substr(0, text.size() - 1));
        if (number && *number > 0) return *number * unit->second;
    }
    throw Error(Errc::usage,
                fmt::format("invalid time '{}': give a number above 0 with its unit, as in `30d` "
                            "(days), `4w` (weeks) or `6m` (months of 30 days)",
                            text));
}

std::uint64_t parse_newest(std::string_view text) {
    const auto number = find_number(text);
    if (number && *number > 0) return *number;
    throw Error(
        Errc::usage,
        fmt::format("invalid number '{}': say how many of each kind stay, at least 1", text));
}

}  // namespace

std::vector<Choice> choose(std::span<const Candidate> candidates, const PruneRules& rules,
                           std::int64_t now_seconds) {
    const auto ranks = rank(candidates);
    std::vector<Choice> choices;
    for (const Candidate& each : candidates) {
        choices.push_back(
            {dist::str(each.name), each.last_use, find_reason(each, rules, ranks, now_seconds)});
    }
    return choices;
}

PruneRules parse_rules(const std::optional<std::string>& unused_for,
                       const std::optional<std::string>& keep_last,
                       const std::optional<std::string>& pattern) {
    if (!unused_for && !keep_last && !pattern) {
        throw Error(Errc::usage,
                    "nothing says which toolchains may go\n"
                    "help: give at least one of `--unused-for 30d`, `--keep-last 3` and `--pattern "
                    "'nightly-2025-*'`; a toolchain goes if no rule keeps it");
    }
    PruneRules rules;
    if (unused_for) rules.unused_days = parse_days(*unused_for);
    if (keep_last) rules.newest = parse_newest(*keep_last);
    if (pattern && pattern->empty()) {
        throw Error(Errc::usage, "invalid pattern '': give a glob, as in `nightly-2025-*`");
    }
    rules.pattern = pattern;
    return rules;
}

std::string day_text(std::int64_t seconds) {
    const std::string time = platform::format_time(std::chrono::system_clock::from_time_t(seconds));
    return time.substr(0, time.find('T'));
}

}  // namespace latchkey::upkeep
