#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The outcome of a commit.
struct Committed {
    enum class End {
        done,
        moved,        ///< The toolchain is not what was expected: plan again.
        supply_gone,  ///< Something that was to be had is not, or not as it was: look again.
    };
    End end = End::done;
    /// done: what failed after the commit. A later command does it.
    std::vector<std::string> warnings = {};
    std::optional<Place> spoiled =
        {};  ///< supply_gone: this place's files are not as they were unpacked.
};

}  // namespace latchkey::store
