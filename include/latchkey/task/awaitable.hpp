#pragma once

#include <boost/asio/awaitable.hpp>

namespace latchkey::task {

/// What every coroutine of the loop returns. Asio's: a cancellation of its kind `terminal` reaches
/// whatever it waits for.
template <typename T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace latchkey::task
