#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// The header of a tree's index, read alone. Empty: there is no index, or it is damaged because it
/// did not reach the disk before the machine went down.
///
/// Throws: Errc::unsupported for a newer format; Errc::io.
/// Locks:  the answer holds only while `pin` of the tree is held.
std::optional<TreeHeader> find_tree(const Home& home, const std::string& tree);

/// The whole index. Otherwise as find_tree().
std::optional<TreeIndex> find_tree_index(const Home& home, const std::string& tree);

/// Makes the staging folder for unpacking `tree`. It is empty but for a note that names the
/// component.
///
/// Returns: its path.
///
/// Locks: `unpack <tree>`, exclusive.
std::string prepare_unpacking(const OnWorker& on, const Home& home, const std::string& tree,
                              const dist::Component& component, const lock::LockSet& unpack);

/// The component that is being unpacked, according to that note. Empty: there is no note. For
/// people only; nothing is decided by it.
std::optional<dist::Component> find_unpacked_component(const Home& home, const std::string& tree);

/// Makes `<staging>/tree` an arrived tree: renames the index into place, then the directory.
/// Removes the staging folder.
///
/// Locks: `unpack <tree>`, exclusive.
void publish_tree(const OnWorker& on, const Home& home, const std::string& tree, TreeIndex index,
                  const lock::LockSet& unpack);

/// Whether a tree has arrived and is whole. A tree that was unpacked before the machine restarted
/// may not have reached the disk: it is read and compared, and deleted if it is damaged.
///
/// Locks: `unpack <tree>`, exclusive.
bool check_arrived(const OnWorker& on, const Home& home, const std::string& tree,
                   const lock::LockSet& unpack);

/// Deletes what has arrived, after it is out of `arrived/` by one rename: a tree of this boot is not
/// read by who takes it, so it must be whole at every moment, whoever is killed or cancelled. (Where
/// it cannot be renamed, in an overlay's lower layer, it is deleted in place.)
///
/// Throws: Errc::io. Locks: `unpack <tree>`, exclusive.
void discard_arrived(const OnWorker& on, const Home& home, const std::string& tree,
                     const lock::LockSet& unpack);

}  // namespace latchkey::store
