#pragma once

#include <chrono>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/range_lock.hpp"

namespace latchkey::platform {

/// The result of lock_file(). `unavailable`: this file or its file system has no such locks.
enum class FileLock { held, busy, unavailable };

/// Locks a whole file. The open description owns the lock, and its last close releases it. It is
/// the lock that Rust's `File::lock` takes; our ranges do not meet it.
///
/// Waits in the kernel until `patience` is over; zero does not wait. An exclusive lock on a network
/// file system needs a file that is open for writing; otherwise it is unavailable.
///
/// Throws: Errc::io.
/// Source: flock(2).
FileLock lock_file(const Fd& file, RangeMode mode, std::chrono::milliseconds patience);

}  // namespace latchkey::platform
