#pragma once

#include <chrono>
#include <memory>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// A condition variable for tasks: each waits in a loop around what it waits for, and whoever
/// changes that tells everybody.
///
///     while (!ready) co_await changed.wait();
///
/// A notice that comes while nobody waits is lost, as nothing can change between the look and the
/// wait: both are the loop's.
///
/// Thread: the loop's. May be destroyed while tasks wait: they sleep until they are cancelled.
class Notice {
public:
    Notice();

    /// Until somebody tells.
    ///
    /// Throws: the cancellation.
    awaitable<void> wait();

    /// The same, until `time` at the latest.
    awaitable<void> wait_until(std::chrono::steady_clock::time_point time);

    /// Wakes everybody who waits now.
    void tell();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
