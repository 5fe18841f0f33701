#pragma once

#include <chrono>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// Lets time pass. Not for waiting until something is so: for displays that look at intervals, and
/// before a server that failed is asked again.
///
/// Throws: the cancellation.
awaitable<void> pause(std::chrono::steady_clock::duration time);

}  // namespace latchkey::task
