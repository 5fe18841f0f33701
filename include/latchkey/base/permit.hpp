#pragma once

#include <functional>
#include <stop_token>

namespace latchkey {

/// Throws what a cancelled task throws everywhere: boost::system::system_error with
/// `operation_aborted`. It is not an `Error`, so that no handler of errors swallows it.
[[noreturn]] void throw_cancelled();

class OnWorker;

/// Lends a worker's job more threads for a while.
class Helpers {
public:
    virtual ~Helpers() = default;

    /// Runs `job` on the caller's thread and on up to `more` others at once. Returns when all of
    /// them have returned.
    ///
    /// Throws: what one of them threw.
    virtual void run(const OnWorker& on, unsigned more,
                     const std::function<void(const OnWorker&)>& job) const = 0;
};

/// The right to block for a disk or a processor. A function that takes one runs on a worker.
///
/// Only `task` makes it, for its workers, and a `main` for itself (permit_mint.hpp). So a coroutine
/// on the loop's thread cannot call a function that blocks.
///
/// Thread: any number; copies share their state.
class OnWorker {
public:
    /// True once the task that awaits this worker was cancelled.
    [[nodiscard]] bool stopped() const noexcept { return stop_.stop_requested(); }

    /// Throws the cancellation if the task was cancelled. A loop calls it for each entry or
    /// megabyte: until then the cancelled task waits.
    void check() const {
        if (stopped()) throw_cancelled();
    }

    /// For a condition variable that must wake when the task is cancelled.
    [[nodiscard]] const std::stop_token& token() const noexcept { return stop_; }

    /// Runs `job` on this thread and, if the pool has some to lend, on up to `more` others at once.
    /// Returns when all of them have returned.
    ///
    /// Throws: what one of them threw.
    void spread(unsigned more, const std::function<void(const OnWorker&)>& job) const {
        if (helpers_ == nullptr) return job(*this);
        helpers_->run(*this, more, job);
    }

private:
    friend struct PermitMint;
    OnWorker(std::stop_token stop, const Helpers* helpers)
        : stop_(std::move(stop)), helpers_(helpers) {}
    std::stop_token stop_;
    const Helpers* helpers_;
};

/// The right to wait for another process, on a thread of its own that a signal wakes.
///
/// Thread: as OnWorker.
class OnWaitThread {
public:
    [[nodiscard]] bool stopped() const noexcept { return stop_.stop_requested(); }
    void check() const {
        if (stopped()) throw_cancelled();
    }

private:
    friend struct PermitMint;
    explicit OnWaitThread(std::stop_token stop) : stop_(std::move(stop)) {}
    std::stop_token stop_;
};

}  // namespace latchkey
