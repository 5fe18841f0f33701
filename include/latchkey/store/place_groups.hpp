#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/lock/lock_set.hpp"

namespace latchkey::store {

/// One of the ranges that whoever runs from a toolchain's directory holds: `directory` of its
/// place, or `use` of a component there.
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
    /// "components cargo, clippy of stable-x86_64-unknown-linux-gnu"; empty for a range alone that
    /// is no `use`.
    std::string what;
};

/// What a key's name says: "home/stable/*" of a `use`, "away/17/stable" of a `directory`. Empty for
/// every other kind and shape.
std::optional<PlaceRange> parse_place_range(std::string_view kind, std::string_view name);

/// The `use` ranges that one process has in one mode at one place are one group, and `directory` of
/// that place belongs to it. In the order of the first `use`, else the first member.
std::vector<PlaceGroup> group_ranges(const std::vector<PlaceRange>& ranges);

}  // namespace latchkey::store
