#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/tree_index.hpp"

namespace latchkey::store {

/// The rank of a file in the order in which files are put into a directory whose tools may be
/// started meanwhile: libraries first, programs that start others last. Smaller comes first.
int arrival_rank(std::string_view path);

/// A path of the tree that no component may have. Empty: there is none.
std::string find_reserved(const TreeIndex& index);

/// A path at which the tree cannot be put into `to`: a reserved one, or else the first at which
/// `to` has a file and the tree has anything, or the tree has a file and `to` has anything. Empty:
/// there is none.
std::string find_conflict(const OnWorker& on, const TreeIndex& index, const std::string& to);

/// Moves the content of `from` into `to`: a folder that `to` does not have by one rename, the
/// content of other folders one by one. Replaces no file. To another device, each file is copied
/// beside its place and then renamed. After a kill, the same call finishes the move.
///
/// Returns: the first path at which `to` has something in the way. Empty: everything is moved.
/// Throws:  Errc::io.
std::string move_tree_into(const OnWorker& on, const std::string& from, const std::string& to);

/// Makes the folders above a path, with the modes that they have in `from`.
void make_parents(const std::string& path, const std::string& from, const std::string& to);

/// Links a tree's files from a directory that has them into `to`, and compares each link with the
/// index. False: a file is not as it was unpacked. That file is not in `to`; others may be.
///
/// Throws: Errc::io.
bool link_tree_into(const OnWorker& on, const TreeIndex& index, const std::string& from,
                    const std::string& to);

/// Links or copies one file or link. Makes missing folders above it, with the modes that they have
/// in `from`. False: `from` does not have the file, or `to` has something at its path.
bool link_path_into(const std::string& path, const std::string& from, const std::string& to);

/// As link_path_into(), for a path whose folders are there already.
bool link_file_into(const std::string& path, const std::string& from, const std::string& to);

}  // namespace latchkey::store
