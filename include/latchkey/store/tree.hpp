#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// What is known of a tree, by one line. Empty: there is no index, or none that can be read: it did
/// not reach the disk before the machine went down.
///
/// Throws: Errc::unsupported for a newer format; Errc::io.
/// Locks:  to count on the answer, hold `pin` of the tree.
std::optional<TreeHeader> find_tree(const Home& home, const std::string& tree);

/// The whole index. As find_tree.
std::optional<TreeIndex> find_tree_index(const Home& home, const std::string& tree);

/// A staging folder for unpacking `tree`, empty but for a note of what it is to be.
///
/// Locks: `unpack <tree>`, exclusive.
std::string prepare_unpacking(const OnWorker& on, const Home& home, const std::string& tree,
                              const dist::Component& component, const lock::LockSet& unpack);

/// What is being unpacked, as that note says; empty where there is none. For people only: nothing
/// is decided by it.
std::optional<dist::Component> find_unpacked_component(const Home& home, const std::string& tree);

/// Makes `<staging>/tree` an arrived tree: the index by one rename, then the directory by one.
/// Removes the staging folder.
///
/// Locks: `unpack <tree>`, exclusive.
void publish_tree(const OnWorker& on, const Home& home, const std::string& tree,
                  const TreeIndex& index, const lock::LockSet& unpack);

/// Whether a tree has arrived, whole. One that was unpacked before the machine was restarted, and
/// perhaps not to the end, is read; what is damaged is deleted.
///
/// Locks: `unpack <tree>`, exclusive.
bool check_arrived(const OnWorker& on, const Home& home, const std::string& tree,
                   const lock::LockSet& unpack);

/// Whether a file was last written when its tree was unpacked.
bool has_time_of(const platform::FileStatus& status, const IndexedFile& expected);

/// Whether a file is as its tree's index has it, by size, mode and time of modification.
bool looks_unchanged(const platform::FileStatus& status, const IndexedFile& expected);

/// The files of a tree that are missing below `directory`, or not as they were written: by size and
/// content.
std::vector<std::string> find_damage(const OnWorker& on, const TreeIndex& index,
                                     const std::string& directory);

}  // namespace latchkey::store
