#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::lock {

/// Bytes of the lock file that somebody holds: of one key or mark, of both, or of anything at all,
/// since the kernel joins what touches, and anybody may lock what he likes.
struct SeenRange {
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    Mode mode;
    std::optional<pid_t> process;  ///< Empty: a process that cannot be seen from here.
};

/// Everything that is held on the lock file and its companion `readers`, this process's left out.
/// An exclusive range that was asked of both counts once. Takes no range, makes no file, and needs
/// no right to either.
///
/// The kernel's table of locks names no process. What it lists and no process that may be looked
/// into has, twice in a row, belongs to one that cannot be seen: another user's, or of another pid
/// namespace. What changes hands during the look may be missing.
///
/// Throws: Errc::io where /proc cannot be listed.
std::vector<SeenRange> find_seen_ranges(const LockFile& file);

}  // namespace latchkey::lock
