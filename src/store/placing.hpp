#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// The order in which a component's files come into a directory in which tools may be started:
/// libraries first, programs that start others last. Smaller comes earlier.
int arrival_rank(std::string_view path);

/// A path of the tree's that no component may bring. Empty: there is none.
std::string find_reserved(const TreeIndex& index);

/// find_reserved(), or else the first path at which something stands in the way of a tree: a file,
/// where the tree has anything; anything, where the tree has a file. Empty: there is none.
std::string find_conflict(const OnWorker& on, const TreeIndex& index, const std::string& to);

/// Moves what is in `from` into `to`: a folder that `to` has not comes by one rename, what both
/// have is merged. Never over a file. On another device each file is copied beside its place, then
/// renamed. What is moved already is fine: a killed move is gone on with.
///
/// Returns: the first path at which something stands in the way; empty: all is moved.
/// Throws:  Errc::io.
std::string move_tree_into(const OnWorker& on, const std::string& from, const std::string& to);

/// Links a tree's files from a directory that has them into `to`, and holds each link against the
/// index. False: one is not as it was unpacked, and is not in `to`; some of the others may be.
///
/// Throws: Errc::io.
bool link_tree_into(const OnWorker& on, const TreeIndex& index, const std::string& from,
                    const std::string& to);

/// Links or copies one file or link, making the folders above it as they are in `from`. False where
/// `from` has no such file, or `to` has something there.
bool link_path_into(const std::string& path, const std::string& from, const std::string& to);

/// The same, where the folders above are there already.
bool link_file_into(const std::string& path, const std::string& from, const std::string& to);

}  // namespace latchkey::store
