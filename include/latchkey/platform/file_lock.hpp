#pragma once

#include <chrono>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/range_lock.hpp"

namespace latchkey::platform {

/// What came of asking for a lock. `unavailable`: this file, or its file system, has none.
enum class FileLock { held, busy, unavailable };

/// A lock on a whole file: owned by the description, released at its last close. It is what Rust's
/// `File::lock` takes, and lies beside our ranges without touching them.
///
/// Waits in the kernel, until `patience` is over; not at all where that is zero. An exclusive lock
/// on a network's file system needs a file that is open for writing; otherwise it is unavailable.
///
/// Throws: Errc::io.
/// Source: flock(2).
FileLock lock_file(const Fd& file, RangeMode mode, std::chrono::milliseconds patience);

}  // namespace latchkey::platform
