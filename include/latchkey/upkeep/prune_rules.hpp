#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/dist/toolchain_name.hpp"

/// Which toolchains `toolchain prune` removes. Pure.
namespace latchkey::upkeep {

/// What is known of an installed toolchain.
struct Candidate {
    dist::AnyName name;
    std::int64_t last_use = 0;  ///< Seconds since 1970; the use itself may be up to a day later.
    std::string version = {};   ///< store::Current::version.
    bool is_link = false;       ///< To a directory of the user's.
    bool is_default = false;
    bool is_active = false;
    bool is_overridden = false;  ///< A directory override names it.
    bool is_aliased = false;     ///< An alias stands for it.
    bool is_held = false;        ///< At the release to which it was rolled back.
    bool is_in_use = false;
};

/// What may go: a toolchain that no rule keeps. A rule that is empty keeps none.
struct PruneRules {
    std::optional<std::int64_t> unused_days = {};
    std::optional<std::uint64_t> newest = {};  ///< So many of each kind and target stay.
    /// A glob, as fnmatch(3) takes it: only what it matches may go. It is compared with the whole
    /// name, and with the name without its target.
    std::optional<std::string> pattern = {};
};

/// What becomes of one toolchain.
struct Choice {
    std::string name;
    std::int64_t last_use = 0;
    std::optional<std::string> why_it_stays;  ///< For people. Empty: it goes.
};

/// Decides about each, in their order. The newest of a kind are found among all of them, whatever
/// keeps them: by version or by date, not by when they were installed. A channel that moves is the
/// only one of its kind.
///
/// A toolchain is unused for N days if N whole days (UTC) have passed since the one of its last
/// use.
std::vector<Choice> choose(std::span<const Candidate> candidates, const PruneRules& rules,
                           std::int64_t now_seconds);

/// The rules as a user writes them: `30d`, `4w` or `6m` (months of 30 days), a number, a glob.
///
/// Throws: Errc::usage, naming what makes no sense; what to give, if nothing is given.
PruneRules parse_rules(const std::optional<std::string>& unused_for,
                       const std::optional<std::string>& keep_last,
                       const std::optional<std::string>& pattern);

/// The day (UTC) of a time: "2026-11-30".
std::string day_text(std::int64_t seconds);

}  // namespace latchkey::upkeep
