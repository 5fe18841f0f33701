#pragma once

#include <optional>
#include <string>

#include "latchkey/dist/component.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::toolchain {

/// A tree of a component, where it is held: in another toolchain, or unpacked for this.
///
/// Locks: `pin` of the tree; `directory` and `use` of a toolchain's. A tree that was unpacked may
///        still be taken into a toolchain by somebody else; then its files are not there any more.
struct TreeCopy {
    dist::Component component;
    std::string tree;
    std::string directory;
    std::optional<store::Place> place;  ///< Of the toolchain that has it. Empty: it was unpacked.
    std::optional<lock::LockSet> pin;
    std::optional<lock::LockSet> ranges;
};

}  // namespace latchkey::toolchain
