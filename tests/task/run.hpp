#pragma once

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <optional>

#include "latchkey/task/group.hpp"
#include "latchkey/task/loop.hpp"

namespace latchkey::test {

using task::awaitable;

/// What a test throws to stop a task, and then finds again.
struct Stop {};

template <typename T>
awaitable<int> keep_result(awaitable<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
    co_return 0;
}

inline awaitable<int> keep_result(awaitable<void> task) {
    co_await std::move(task);
    co_return 0;
}

/// Runs one task to its end.
template <typename T>
T run(task::Loop& loop, awaitable<T> task) {
    std::optional<T> result;
    loop.run(keep_result(std::move(task), result));
    return std::move(*result);
}

inline void run(task::Loop& loop, awaitable<void> task) {
    loop.run(keep_result(std::move(task)));
}

inline awaitable<void> pause_for(std::chrono::steady_clock::duration time) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

/// Until it is cancelled.
inline awaitable<void> pause_for_ever() {
    co_await pause_for(std::chrono::hours(1));
}

/// A watcher for `first_of`.
inline awaitable<void> stop_after(std::chrono::steady_clock::duration time) {
    co_await pause_for(time);
    throw Stop{};
}

inline bool is_cancellation(const boost::system::system_error& error) {
    return error.code() == boost::asio::error::operation_aborted;
}

}  // namespace latchkey::test
