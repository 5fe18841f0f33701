#pragma once

#include <chrono>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// Lets time pass: between two frames of a display, or before a server that failed is asked again.
/// Never use it to wait for a condition; Notice does that.
///
/// Throws: the cancellation.
awaitable<void> pause(std::chrono::steady_clock::duration time);

}  // namespace latchkey::task
