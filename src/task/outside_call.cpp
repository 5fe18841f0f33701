#include "outside_call.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace latchkey::task {

namespace asio = boost::asio;

awaitable<void> await_outside_call(std::function<void(Finished)> start,
                                   std::function<void()> cancel) {
    std::exception_ptr failure;
    auto initiate = [&start, &cancel, &failure](auto handler) {
        using Handler = decltype(handler);
        auto shared = std::make_shared<Handler>(std::move(handler));
        auto slot = asio::get_associated_cancellation_slot(*shared);
        if (slot.is_connected()) slot.assign([&cancel](asio::cancellation_type) { cancel(); });
        auto executor = asio::get_associated_executor(*shared);
        auto resume = [shared, slot]() mutable {
            if (slot.is_connected()) slot.clear();
            Handler resumed = std::move(*shared);
            shared.reset();
            resumed();
        };
        // The guard keeps the loop running while only somebody outside has something to do.
        const Finished finished = [executor, guard = asio::make_work_guard(executor),
                                   resume = std::move(resume)]() mutable {
            asio::post(executor, std::move(resume));
        };
        try {
            start(finished);
        } catch (...) {
            failure = std::current_exception();
            finished();
        }
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(initiate),
                                                                          asio::use_awaitable);
    if (failure) std::rethrow_exception(failure);
}

}  // namespace latchkey::task
