#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"
#include "latchkey/store/wanted.hpp"

namespace latchkey::store {

/// A toolchain of a base home, while a generation of this home is made from it.
struct HeldBase {
    State state;                       ///< What that generation begins with.
    std::vector<lock::LockSet> holds;  ///< What keeps the directory, and the indexes of its trees.
};

/// Holds the toolchain of a base home that a change begins with, and brings the indexes of the
/// trees that stay. A component whose index cannot be brought, or is another one here, is kept
/// without its tree, like one of rustup's. Empty: the base home is not as `current` says any more.
///
/// Requires: `current` is based, of examine_in_reach().
/// Throws:   Errc::busy if somebody is changing it there at this moment; Errc::io.
/// Locks:    `toolchain`, exclusive, is held. Takes `directory` and `use` of the base home, shared,
///           and `unpack` of the trees, only by trying.
std::optional<HeldBase> hold_base(const Home& home, const std::string& toolchain,
                                  const Current& current, const Wanted& wanted);

/// Gives copies the times of their trees' indexes, where they had only the seconds: an image of
/// squashfs, or a layer that came as an archive, knows no more. Leaves what has other names alone.
void restore_times(const Home& home, const std::string& directory,
                   const std::vector<StateComponent>& components);

}  // namespace latchkey::store
