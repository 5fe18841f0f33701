#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "latchkey/lock/holder.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// How a task waits for a range.
struct Waiting {
    /// How long to wait for other processes (LATCHKEY_LOCK_TIMEOUT). Zero: for ever. Time in which
    /// a task of this process holds the range does not count, since that ends by itself.
    std::chrono::seconds patience{0};
    /// Called on the loop if the range is not free at once.
    std::function<void()> blocked;
    /// Called once on the loop, after a second, with the process that is in the
    /// way. Not called if a task of this process holds the range.
    std::function<void(const lock::Blocker&)> notice;
    /// Called on the loop when the range was taken, if `notice` was called before.
    std::function<void()> resumed;
};

/// Takes a range: at once if it is free, otherwise by waiting in the kernel on a thread of its own.
/// A freed range reaches the waiter in well under a millisecond, even if its holder was killed.
///
/// Requires: as LockSet::acquire().
/// Throws:   Errc::busy when patience runs out; Errc::io, Errc::unsupported; the cancellation.
awaitable<lock::LockSet> acquire(Workers& workers, lock::LockFile file, lock::Key key,
                                 lock::Mode mode, Waiting waiting);

}  // namespace latchkey::task
