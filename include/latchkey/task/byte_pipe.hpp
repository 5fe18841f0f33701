#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <vector>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// Bytes from a task on the loop to a worker, with bounded memory: the task waits while the pipe is
/// full, the worker waits while it is empty.
///
/// Thread: `push`, `is_full`, `close`, `fail` on the loop; `ready`, `has_all`, `pop`, `abandon` on
/// one worker. Copies share the pipe.
class BytePipe {
public:
    using Block = std::vector<std::byte>;

    /// Units: `limit_bytes` that may lie in the pipe; one block may exceed it.
    explicit BytePipe(std::size_t limit_bytes);

    /// Waits for room. False: the reader has gone, nothing more is wanted. An empty block is
    /// nothing.
    awaitable<bool> push(Block block);

    /// True when `push` of so many would wait for the reader.
    [[nodiscard]] bool is_full(std::size_t more_bytes) const;

    /// No more bytes: the reader sees the end.
    void close();

    /// The reader sees this exception after the bytes that are in the pipe.
    void fail(std::exception_ptr error);

    /// True when `pop` would not wait.
    [[nodiscard]] bool ready() const;

    /// True when all that is still to come lies in the pipe, and its end is no failure.
    [[nodiscard]] bool has_all() const;

    /// The next block; empty at the end. Blocks.
    ///
    /// Throws: what `fail` was given; the cancellation.
    Block pop(const OnWorker& on);

    /// The reader wants no more. Whoever pushes is told.
    void abandon();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
