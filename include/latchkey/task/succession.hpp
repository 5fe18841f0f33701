#pragma once

#include <cstddef>
#include <memory>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// An order among tasks that work at the same time: each may wait until all before it have passed
/// on.
///
/// Thread: the loop's.
class Succession {
public:
    Succession();

    /// Waits until the places 0 to `place` - 1 have passed on.
    ///
    /// Throws: the cancellation.
    awaitable<void> wait(std::size_t place);

    /// Requires: every place before it has passed on.
    ///
    /// Passes on: the next place may go.
    void pass(std::size_t place);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
