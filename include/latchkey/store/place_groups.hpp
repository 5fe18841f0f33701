#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/lock/lock_set.hpp"

namespace latchkey::store {

/// A range that a tool holds while it runs from a toolchain's directory: `directory` of the place,
/// or `use` of a component there.
struct PlaceRange {
    std::string kind;       ///< "directory", "use"; others are left alone.
    std::string place;      ///< "home/stable-…", "away/17/stable-…".
    std::string component;  ///< Of `use`: its full name, or "*" for all.
    std::optional<pid_t> process = {};
    lock::Mode mode = lock::Mode::shared;
    bool waits = false;
};

/// Ranges that are one thing to people.
struct PlaceGroup {
    std::vector<std::size_t> members;  ///< Places in the list, ascending, at least one.
    /// "components cargo, clippy of stable-x86_64-unknown-linux-gnu". Empty: a single range that is
    /// not a `use`.
    std::string what;
};

/// Reads a key's name: "home/stable/*" of a `use`, "away/17/stable" of a `directory`. Empty for any
/// other kind and shape.
std::optional<PlaceRange> parse_place_range(std::string_view kind, std::string_view name);

/// Groups the `use` ranges that one process has in one mode at one place, together with `directory`
/// of that place. Sorted by the first `use` of each group, or else by its first member.
std::vector<PlaceGroup> group_ranges(const std::vector<PlaceRange>& ranges);

}  // namespace latchkey::store
