#include "latchkey/task/workers.hpp"

#include <boost/asio/post.hpp>
#include <thread>

#include "latchkey/base/permit_mint.hpp"
#include "outside_call.hpp"

namespace latchkey::task {

namespace asio = boost::asio;

awaitable<void> Workers::perform(std::shared_ptr<Work> work) {
    std::stop_source stop;
    std::function<void(Finished)> start = [this, work, stop](Finished finished) {
        asio::post(pool_, [work, stop, finished = std::move(finished)]() mutable {
            work->run(PermitMint::worker(stop.get_token()));
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
            work->run(PermitMint::worker(stop.get_token()));
            work.reset();
            finished();
        });
    };
    std::function<void()> cancel = [stop]() mutable { stop.request_stop(); };
    co_await await_outside_call(std::move(start), std::move(cancel));
    thread.join();
}

}  // namespace latchkey::task
