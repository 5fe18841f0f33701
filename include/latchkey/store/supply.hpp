#pragma once

#include <optional>
#include <set>
#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/commit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// A tree in a toolchain's directory, held there.
struct HeldSupply {
    Supply supply;
    lock::LockSet ranges;  ///< `directory` and `use`, shared.
};

/// A toolchain that has this tree. `but`: places that turned out not to have it as it was unpacked.
/// Those whose files may not have reached the disk before the machine was restarted are left out.
///
/// Locks: takes `directory` and `use` shared, only by trying.
std::optional<HeldSupply> find_supply(const Home& home, const std::string& tree,
                                      const std::set<std::string>& but);

/// Whether a tree has arrived in this boot, by a look: somebody may take it at any moment.
bool has_arrived(const Home& home, const std::string& tree);

}  // namespace latchkey::store
