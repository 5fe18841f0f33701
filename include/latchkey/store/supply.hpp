#pragma once

#include <optional>
#include <set>
#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/wanted.hpp"

namespace latchkey::store {

/// A tree in a toolchain's directory, with the ranges that keep it there.
struct HeldSupply {
    Supply supply;
    lock::LockSet ranges;  ///< `directory` and `use`, shared.
};

/// Finds a toolchain that has this tree, and holds the tree there. Empty: none that is free has it.
///
/// Leaves out the places in `but`, which turned out not to have it as it was unpacked, and
/// generations whose files may not have reached the disk before the machine restarted.
///
/// Locks: takes `directory` and `use` shared, only by trying.
std::optional<HeldSupply> find_supply(const Home& home, const std::string& tree,
                                      const std::set<std::string>& but);

/// Whether a tree has arrived in this boot. Only a look: somebody may take it at any moment.
bool has_arrived(const Home& home, const std::string& tree);

}  // namespace latchkey::store
