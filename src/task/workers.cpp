#include "latchkey/task/workers.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "latchkey/base/permit_mint.hpp"

namespace latchkey::task {
namespace {

namespace asio = boost::asio;

/// Starts `launch(run)` where `run` does the work and posts the handler back to the loop.
template <typename Launch>
auto initiation(std::shared_ptr<Work> work, Launch launch) {
    return [work = std::move(work), launch = std::move(launch)](auto handler) {
        using Handler = decltype(handler);
        std::stop_source stop;
        auto shared = std::make_shared<Handler>(std::move(handler));
        auto slot = asio::get_associated_cancellation_slot(*shared);
        if (slot.is_connected()) {
            slot.assign([stop](asio::cancellation_type) mutable { stop.request_stop(); });
        }
        auto executor = asio::get_associated_executor(*shared);
        // The guard keeps the loop running while only a worker has something to do.
        auto guard = asio::make_work_guard(executor);
        auto complete = [shared, slot]() mutable {
            if (slot.is_connected()) slot.clear();
            Handler finished = std::move(*shared);
            shared.reset();
            finished();
        };
        launch([work, stop, executor, guard,
                complete = std::move(complete)](std::shared_ptr<std::thread> own) mutable {
            work->run(PermitMint::worker(stop.get_token()));
            work.reset();
            asio::post(executor, [own = std::move(own), complete = std::move(complete)]() mutable {
                if (own) own->join();
                complete();
            });
        });
    };
}

}  // namespace

awaitable<void> Workers::perform(std::shared_ptr<Work> work) {
    auto launch = [this](auto run) {
        asio::post(pool_, [run = std::move(run)]() mutable { run(nullptr); });
    };
    auto initiate = initiation(std::move(work), std::move(launch));
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiate),
                                                                          asio::use_awaitable);
}

awaitable<void> Workers::perform_stream(std::shared_ptr<Work> work) {
    auto launch = [](auto run) {
        auto own = std::make_shared<std::thread>();
        // The loop's thread is here; it cannot join before this assignment is done.
        *own = std::thread([run = std::move(run), own]() mutable { run(std::move(own)); });
    };
    auto initiate = initiation(std::move(work), std::move(launch));
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiate),
                                                                          asio::use_awaitable);
}

}  // namespace latchkey::task
