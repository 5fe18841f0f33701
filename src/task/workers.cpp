#include "latchkey/task/workers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <mutex>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "outside_call.hpp"
#include "start_thread.hpp"

namespace latchkey::task {

namespace asio = boost::asio;

namespace {

/// Of the pool: its work is short, and mostly waits for a disk.
constexpr std::size_t kMostThreads = 16;

/// Threads of their own: those of the pool may all be busy.
class LentThreads final : public Helpers {
public:
    void run(const OnWorker& on, unsigned more,
             const std::function<void(const OnWorker&)>& job) const override {
        std::exception_ptr error;
        std::mutex mutex;
        const auto guarded = [&on, &job, &error, &mutex] {
            try {
                job(on);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!error) error = std::current_exception();
            }
        };
        {
            std::vector<std::thread> threads;
            try {
                threads.reserve(more);
                for (unsigned i = 0; i < more; ++i) threads.push_back(start_thread(guarded));
            } catch (const std::exception&) {
                // Fewer, then: this thread alone is enough.
            }
            guarded();
            for (std::thread& thread : threads) thread.join();
        }
        if (error) std::rethrow_exception(error);
    }
};

OnWorker permit_for(const std::stop_source& stop) {
    static const LentThreads lent;
    return PermitMint::worker(stop.get_token(), &lent);
}

}  // namespace

Workers::Workers(unsigned threads) : threads_(threads), open_(asio::make_work_guard(jobs_)) {}

Workers::~Workers() {
    jobs_.stop();
    for (std::thread& thread : pool_) thread.join();
}

void Workers::start_thread_if_needed() {
    const std::size_t most = std::min<std::size_t>(threads_, kMostThreads);
    if (pool_.size() == most || unfinished_.load() < pool_.size()) return;
    try {
        pool_.reserve(most);
        pool_.push_back(start_thread([this] { jobs_.run(); }));
    } catch (const Error&) {
        if (pool_.empty()) throw;
        // Fewer, then: those that are there will come to it.
    }
}

awaitable<void> Workers::perform(std::shared_ptr<Work> work) {
    std::stop_source stop;
    std::function<void(Finished)> start = [this, work, stop](Finished finished) {
        start_thread_if_needed();
        ++unfinished_;
        asio::post(jobs_, [this, work, stop, finished = std::move(finished)]() mutable {
            work->run(permit_for(stop));
            work.reset();  // What the job owns is the task's again.
            --unfinished_;
            finished();
        });
    };
    std::function<void()> cancel = [stop]() mutable { stop.request_stop(); };
    co_await await_outside_call(std::move(start), std::move(cancel));
}

awaitable<void> Workers::perform_stream(std::shared_ptr<Work> work) {
    std::stop_source stop;
    std::thread thread;
    std::function<void(Finished)> start = [&thread, work, stop](Finished finished) {
        thread = start_thread([work, stop, finished = std::move(finished)]() mutable {
            work->run(permit_for(stop));
            work.reset();
            finished();
        });
    };
    std::function<void()> cancel = [stop]() mutable { stop.request_stop(); };
    co_await await_outside_call(std::move(start), std::move(cancel));
    thread.join();
}

}  // namespace latchkey::task
