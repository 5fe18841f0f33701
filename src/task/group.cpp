#include "latchkey/task/group.hpp"

#include "latchkey/base/error.hpp"
#include "latchkey/task/pause.hpp"

namespace latchkey::task {

namespace asio = boost::asio;

namespace detail {

void rethrow_first(const std::vector<std::size_t>& order,
                   const std::vector<std::exception_ptr>& errors) {
    for (const std::size_t index : order) {
        if (errors[index]) std::rethrow_exception(errors[index]);
    }
}

awaitable<void> deadline_after(std::chrono::steady_clock::duration limit) {
    co_await pause(limit);
    throw Error(Errc::unreachable, "timed out");
}

}  // namespace detail

namespace {

awaitable<bool> finish(awaitable<void> task) {
    co_await std::move(task);
    co_return true;
}

}  // namespace

awaitable<void> first_of(awaitable<void> main, awaitable<void> watcher) {
    co_await first_of(finish(std::move(main)), std::move(watcher));
}

awaitable<void> repeat(std::chrono::steady_clock::duration period, std::function<void()> act) {
    for (;;) {
        act();
        co_await pause(period);
    }
}

awaitable<void> all(std::vector<awaitable<void>> tasks) {
    if (tasks.empty()) co_return;
    const auto executor = co_await asio::this_coro::executor;
    using Operation =
        decltype(asio::co_spawn(executor, std::declval<awaitable<void>>(), asio::deferred));
    std::vector<Operation> operations;
    operations.reserve(tasks.size());
    for (awaitable<void>& task : tasks) {
        operations.push_back(asio::co_spawn(executor, std::move(task), asio::deferred));
    }
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    auto [order, errors] =
        co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    detail::rethrow_first(order, errors);
}

}  // namespace latchkey::task
