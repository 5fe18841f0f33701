#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::lock {

/// Bytes of the lock file that somebody holds. They may be one key's byte, a mark, or any stretch
/// of the file: the kernel joins ranges that touch, and a process may lock whatever it likes.
struct SeenRange {
    std::uint64_t first;
    std::uint64_t last;  ///< Inclusive.
    Mode mode;
    std::optional<pid_t> process;  ///< Empty: a process that cannot be seen from here.
};

/// All ranges that are held on the lock file and on `readers`, without this process's own. An
/// exclusive range that was asked of both files counts once. Takes no range, makes no file, and
/// needs no right to either file.
///
/// The kernel's table of locks does not say which process holds an open file description lock. A
/// range in the table that, twice in a row, belongs to no process that may be looked into is
/// reported without a process: its holder is another user's, or in another pid namespace. A range
/// that changes hands during the look may be missing.
///
/// Throws: Errc::io if /proc cannot be listed.
std::vector<SeenRange> find_seen_ranges(const LockFile& file);

}  // namespace latchkey::lock
