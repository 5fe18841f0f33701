#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// How a task waits for a range.
struct Waiting {
    /// With other processes; the tasks of this one end by themselves.
    /// Units: seconds; zero waits for ever (LATCHKEY_LOCK_TIMEOUT).
    std::chrono::seconds patience{0};
    /// Told where the range is not free at once. On the loop.
    std::function<void()> blocked;
    /// Told once, after a second, unless a task of this process holds it: who does, as
    /// lock::describe_holder says it. On the loop.
    std::function<void(const std::string& holder)> notice;
    /// Told when the range was taken, if `notice` was told. On the loop.
    std::function<void()> resumed;
};

/// Takes a range: at once if it is free, else by waiting in the kernel on a thread of its own. A
/// freed range reaches the waiter in well under a millisecond, also when its holder was killed.
///
/// Requires: what LockSet::acquire requires.
/// Throws:   Errc::busy when patience ran out; Errc::io; the cancellation.
awaitable<lock::LockSet> acquire(Workers& workers, lock::LockFile file, lock::Key key,
                                 lock::Mode mode, Waiting waiting);

}  // namespace latchkey::task
