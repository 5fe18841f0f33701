#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "latchkey/base/permit.hpp"

namespace latchkey::store {

/// A file, whichever names it has: its device and its number there.
using Inode = std::pair<std::uint64_t, std::uint64_t>;

/// The regular files below a directory.
std::set<Inode> inodes_below(const OnWorker& on, const std::string& directory);

/// The sizes of the regular files below a directory, those left out that are `known`. A file with
/// two names counts once.
std::uint64_t bytes_below(const OnWorker& on, const std::string& directory, std::set<Inode> known);

}  // namespace latchkey::store
