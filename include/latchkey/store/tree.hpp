#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// Is the tree in the store, and what is it? Reads one line. Empty: its index is not there.
///
/// Throws: Errc::corrupt, Errc::io.
/// Locks:  to count on the answer, hold `pin` or `use` of the tree.
std::optional<TreeHeader> find_tree(const Home& home, const std::string& tree);

/// The whole index. Throws as find_tree, and Errc::not_found.
TreeIndex load_tree_index(const Home& home, const std::string& tree);

/// A staging folder for unpacking `tree`, empty but for a note of what it is to be; junk of earlier
/// tries, and a tree without index, go.
///
/// Locks: `unpack <tree>`, exclusive.
std::string prepare_unpacking(const OnWorker& on, const Home& home, const std::string& tree,
                              const dist::Component& component, const lock::LockSet& unpack);

/// What is being unpacked, as that note says; empty where there is none. For people only: nothing
/// is decided by it.
std::optional<dist::Component> find_unpacked_component(const Home& home, const std::string& tree);

/// Makes `<staging>/tree` the tree: the directory by one rename, then the index by one. Removes the
/// staging folder.
///
/// Locks: `unpack <tree>`, exclusive.
void publish_tree(const OnWorker& on, const Home& home, const std::string& tree,
                  const TreeIndex& index, const lock::LockSet& unpack);

/// Deletes a tree: first the index, so that nobody finds it, then its files.
///
/// Locks: `unpack <tree>`, exclusive; and that nobody can come to use it (rule 11).
void delete_tree(const OnWorker& on, const Home& home, const std::string& tree,
                 const lock::LockSet& unpack);

/// The files that are missing or not as they were written: by size and XXH3 (an adopted tree's: by
/// size).
std::vector<std::string> find_damage(const OnWorker& on, const Home& home, const std::string& tree);

/// What a tree is good for.
enum class Condition {
    absent,   ///< It has no index.
    whole,    ///< On the disk for certain, or written since this boot, or just read to the end.
    damaged,  ///< Not as it was written, or its index is not.
};

/// Can a tree be counted on? One that was written before the machine went down, and perhaps not to
/// the end, is read whole; the answer goes into its index, unless somebody has `unpack`.
///
/// Throws: Errc::io; Errc::unsupported for an index of another format.
/// Locks:  `pin`, shared. Takes `unpack` by trying.
Condition check_tree(const OnWorker& on, const Home& home, const std::string& tree);

/// Rewrites the header's marks; the list of files is copied as it is.
///
/// Locks: `unpack <tree>`, exclusive.
void mark_tree(const Home& home, const std::string& tree, bool synced, bool damaged,
               const lock::LockSet& unpack);

}  // namespace latchkey::store
