#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "latchkey/task/workers.hpp"

namespace latchkey::task {

namespace detail {

template <typename T>
awaitable<std::optional<T>> wrap(awaitable<T> task) {
    std::optional<T> result;
    result.emplace(co_await std::move(task));
    co_return result;
}

void rethrow_first(const std::vector<std::size_t>& order,
                   const std::vector<std::exception_ptr>& errors);

awaitable<void> deadline_after(std::chrono::steady_clock::duration limit);

}  // namespace detail

/// Runs all tasks at once and waits for every one of them. If one throws, the others are cancelled
/// and awaited, and the first exception is rethrown. Cancelling the group cancels each task.
awaitable<void> all(std::vector<awaitable<void>> tasks);

/// As all() above, with the results in the order of the tasks.
template <typename T>
awaitable<std::vector<T>> all(std::vector<awaitable<T>> tasks) {
    namespace asio = boost::asio;
    std::vector<T> results;
    if (tasks.empty()) co_return results;
    const auto executor = co_await asio::this_coro::executor;
    using Operation = decltype(asio::co_spawn(executor, detail::wrap(std::declval<awaitable<T>>()),
                                              asio::deferred));
    std::vector<Operation> operations;
    operations.reserve(tasks.size());
    for (awaitable<T>& task : tasks) {
        operations.push_back(
            asio::co_spawn(executor, detail::wrap(std::move(task)), asio::deferred));
    }
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    auto [order, errors, values] =
        co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    detail::rethrow_first(order, errors);
    results.reserve(values.size());
    for (auto& value : values) results.push_back(std::move(*value));
    co_return results;
}

/// Runs `main` beside `watcher`, which ends only by throwing. If `main` has a value, that is the
/// result; otherwise the first exception is rethrown. The other task is cancelled and awaited.
template <typename T>
awaitable<T> first_of(awaitable<T> main, awaitable<void> watcher) {
    namespace asio = boost::asio;
    const auto executor = co_await asio::this_coro::executor;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, detail::wrap(std::move(main)), asio::deferred),
        asio::co_spawn(executor, std::move(watcher), asio::deferred));
    auto [order, main_error, value, watcher_error] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (!main_error && value) co_return std::move(*value);
    if (order[0] == 1 && watcher_error) std::rethrow_exception(watcher_error);
    std::rethrow_exception(main_error);
}
awaitable<void> first_of(awaitable<void> main, awaitable<void> watcher);

/// Runs `main`.
///
/// Throws: what `main` throws; Errc::unreachable, "timed out", if it takes longer than `limit`.
template <typename T>
awaitable<T> with_deadline(awaitable<T> main, std::chrono::steady_clock::duration limit) {
    return first_of(std::move(main), detail::deadline_after(limit));
}

/// Calls `act` now and then once in each period, until it is cancelled. A watcher for first_of().
awaitable<void> repeat(std::chrono::steady_clock::duration period, std::function<void()> act);

}  // namespace latchkey::task
