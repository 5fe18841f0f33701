#pragma once

#include <functional>

#include "latchkey/task/awaitable.hpp"

namespace latchkey::task {

/// What whoever works outside the loop calls when it has finished. Once, on any thread.
using Finished = std::function<void()>;

/// Suspends the task until `Finished` is called, however the task is cancelled meanwhile. The loop
/// stays alive for it.
///
/// `start` runs at once and gets things going. When it throws (there may be no more threads), that
/// is thrown here, and `Finished` is not to be called. `cancel` runs when the task is cancelled.
///
/// Requires: both have names when this is called (g++ 12).
/// Thread:   `start` and `cancel` run on the loop's.
awaitable<void> await_outside_call(std::function<void(Finished)> start,
                                   std::function<void()> cancel);

}  // namespace latchkey::task
