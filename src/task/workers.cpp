#include "latchkey/task/workers.hpp"

#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "latchkey/base/permit_mint.hpp"
#include "outside_call.hpp"

namespace latchkey::task {

namespace asio = boost::asio;

namespace {

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
            std::vector<std::jthread> threads;
            try {
                for (unsigned i = 0; i < more; ++i) threads.emplace_back(guarded);
            } catch (const std::system_error&) {
                // Fewer, then: this thread alone is enough.
            }
            guarded();
        }
        if (error) std::rethrow_exception(error);
    }
};

OnWorker permit_for(const std::stop_source& stop) {
    static const LentThreads lent;
    return PermitMint::worker(stop.get_token(), &lent);
}

}  // namespace

awaitable<void> Workers::perform(std::shared_ptr<Work> work) {
    std::stop_source stop;
    std::function<void(Finished)> start = [this, work, stop](Finished finished) {
        asio::post(pool_, [work, stop, finished = std::move(finished)]() mutable {
            work->run(permit_for(stop));
            work.reset();  // What the job owns is the task's again.
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
        thread = std::thread([work, stop, finished = std::move(finished)]() mutable {
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
