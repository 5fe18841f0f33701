#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <vector>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

/// Carries bytes from a task on the loop to a worker in bounded memory: the task waits while the
/// pipe is full, the worker while it is empty.
///
/// Thread: `push`, `is_full`, `close`, `fail` on the loop; `ready`, `has_all`, `pop`, `abandon` on
/// one worker. Copies share the pipe.
class BytePipe {
public:
    using Block = std::vector<std::byte>;

    /// Units: `limit_bytes` may lie in the pipe at once. One block alone may exceed it.
    explicit BytePipe(std::size_t limit_bytes);

    /// Waits for room, then adds a block. False: the reader has gone, and nothing more is wanted.
    /// An empty block has no effect.
    ///
    /// Throws: the cancellation.
    awaitable<bool> push(Block block);

    /// Whether push() of so many bytes would wait for the reader.
    [[nodiscard]] bool is_full(std::size_t more_bytes) const;

    /// Ends the stream: the reader sees its end after the bytes that are in the pipe.
    void close();

    /// Fails the stream: the reader gets this exception after the bytes that are in the pipe.
    void fail(std::exception_ptr error);

    /// Whether pop() would return at once.
    [[nodiscard]] bool ready() const;

    /// Whether everything that is still to come lies in the pipe, and the stream did not fail.
    [[nodiscard]] bool has_all() const;

    /// Waits for the next block. Empty: the end of the stream.
    ///
    /// Throws: what fail() was given; the cancellation.
    Block pop(const OnWorker& on);

    /// Says that the reader wants no more: push() returns false from now on.
    void abandon();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace latchkey::task
