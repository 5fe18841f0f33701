#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/task/awaitable.hpp"

namespace latchkey::task {

/// A job as Workers sees it. It keeps its outcome until the coroutine takes it.
class Work {
public:
    virtual ~Work() = default;
    /// Runs on the worker's thread, and keeps what was thrown.
    virtual void run(const OnWorker& on) noexcept = 0;
};

/// The threads for everything that blocks: hashing, decompression, files. A thread starts only when
/// there is work and all others are busy. So there are never more than are needed, and a limit on
/// threads (RLIMIT_NPROC, a container's pids) is met as late as possible.
///
/// Thread:   the loop's.
/// Requires: it outlives every task that uses it.
class Workers {
public:
    /// `threads`: how many jobs may run at once. The pool has at most 16 threads.
    explicit Workers(unsigned threads);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers();

    /// How many jobs may run at once: the number of processors, unless the user has set another.
    [[nodiscard]] unsigned threads() const noexcept { return threads_; }

    /// Runs short work on the pool. If the system grants no more threads, the existing ones do the
    /// work.
    ///
    /// Throws: Errc::io if the system grants not a single thread.
    awaitable<void> perform(std::shared_ptr<Work> work);

    /// Runs work on a thread of its own, for work that waits for bytes from the loop and would keep
    /// a thread of the pool from others.
    ///
    /// Throws: Errc::io if the system grants no thread.
    awaitable<void> perform_stream(std::shared_ptr<Work> work);

private:
    void start_thread_if_needed();

    unsigned threads_;
    boost::asio::io_context jobs_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_;
    std::atomic<std::size_t> unfinished_{0};  // Jobs that wait or run.
    std::vector<std::thread> pool_;
};

namespace detail {

template <typename Job, typename Result>
class JobWork final : public Work {
public:
    explicit JobWork(Job job) : job_(std::move(job)) {}

    void run(const OnWorker& on) noexcept override {
        try {
            on.check();  // Cancelled while it stood in the queue.
            if constexpr (std::is_void_v<Result>) {
                job_(on);
            } else {
                result_.emplace(job_(on));
            }
        } catch (...) {
            error_ = std::current_exception();
        }
    }

    Result take() {
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        if constexpr (!std::is_void_v<Result>) return std::move(*result_);
    }

private:
    Job job_;
    std::optional<std::conditional_t<std::is_void_v<Result>, char, Result>> result_;
    std::exception_ptr error_;
};

}  // namespace detail

/// Runs `job(OnWorker)` on the pool and resumes on the loop with its value or exception. If the
/// task is cancelled meanwhile, it waits for the worker to notice.
///
/// Requires: the caller's closure has a name, because g++ 12 destroys an unnamed closure that owns
///           its captures twice.
/// Throws:   what the job threw; the cancellation, if the job noticed it or had not begun.
template <typename Job>
awaitable<std::invoke_result_t<Job&, const OnWorker&>> offload(Workers& workers, Job job) {
    using Result = std::invoke_result_t<Job&, const OnWorker&>;
    auto work = std::make_shared<detail::JobWork<Job, Result>>(std::move(job));
    co_await workers.perform(work);
    co_return work->take();
}

/// As offload(), on a thread of its own: for work that waits for the loop.
template <typename Job>
awaitable<std::invoke_result_t<Job&, const OnWorker&>> offload_stream(Workers& workers, Job job) {
    using Result = std::invoke_result_t<Job&, const OnWorker&>;
    auto work = std::make_shared<detail::JobWork<Job, Result>>(std::move(job));
    co_await workers.perform_stream(work);
    co_return work->take();
}

}  // namespace latchkey::task
