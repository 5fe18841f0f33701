#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
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

namespace latchkey::task {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

/// A job as `Workers` sees it. Its outcome stays inside until the coroutine takes it.
class Work {
public:
    virtual ~Work() = default;
    /// Runs on the worker and keeps what was thrown.
    virtual void run(const OnWorker& on) noexcept = 0;
};

/// The threads on which everything runs that blocks: hashing, decompression, files. One starts when
/// there is work and every other one is busy, so that their number is that of what is done at once,
/// and a limit on threads (RLIMIT_NPROC, a container's pids) is met as late as can be.
///
/// Thread: the loop's. Outlives every task that uses it.
class Workers {
public:
    /// `threads`: as many at once, 16 of the pool at most.
    explicit Workers(unsigned threads);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers();

    /// How much may be done at once: the processors, unless the user says otherwise.
    [[nodiscard]] unsigned threads() const noexcept { return threads_; }

    /// Runs short work on the pool. Where the system gives it no more threads, those that it has do
    /// the work.
    ///
    /// Throws: Errc::io where the system gives it not a single one.
    awaitable<void> perform(std::shared_ptr<Work> work);

    /// Runs work that itself waits for bytes from the loop on a thread of its own, so that it never
    /// keeps the pool from others.
    ///
    /// Throws: Errc::io where the system gives it no thread.
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

/// Runs `job(OnWorker)` on the pool and comes back to the loop with its value or exception. A task
/// that is cancelled meanwhile waits for the worker to notice.
///
/// Requires: `job` has a name when this is called: an unnamed closure that owns its captures is
///           destroyed twice by g++ 12.
/// Throws:   what the job threw; the cancellation, if the job noticed it or had not begun.
template <typename Job>
awaitable<std::invoke_result_t<Job&, const OnWorker&>> offload(Workers& workers, Job job) {
    using Result = std::invoke_result_t<Job&, const OnWorker&>;
    auto work = std::make_shared<detail::JobWork<Job, Result>>(std::move(job));
    co_await workers.perform(work);
    co_return work->take();
}

/// The same on a thread of its own, for work that waits for the loop.
template <typename Job>
awaitable<std::invoke_result_t<Job&, const OnWorker&>> offload_stream(Workers& workers, Job job) {
    using Result = std::invoke_result_t<Job&, const OnWorker&>;
    auto work = std::make_shared<detail::JobWork<Job, Result>>(std::move(job));
    co_await workers.perform_stream(work);
    co_return work->take();
}

}  // namespace latchkey::task
