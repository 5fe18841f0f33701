#pragma once

#include <chrono>
#include <memory>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// A condition variable for tasks. A task waits in a loop around its condition; code that changes
/// the condition calls tell().
///
///     while (!ready) co_await changed.wait();
///
/// A notice is lost if nobody waits. That is safe, because the check of the condition and the wait
/// happen on the loop's thread with nothing in between.
///
/// Thread: the loop's. If it is destroyed while tasks wait, they sleep until they are cancelled.
class Notice {
public:
    Notice();

    /// Waits until the next tell().
    ///
    /// Throws: the cancellation.
    awaitable<void> wait();

    /// As wait(), but returns at `time` at the latest.
    awaitable<void> wait_until(std::chrono::steady_clock::time_point time);

    /// Wakes all tasks that wait now.
    void tell();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
