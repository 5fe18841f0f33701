#include "latchkey/task/notice.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace latchkey::task {

namespace asio = boost::asio;
using Timers = std::list<asio::steady_timer>;

struct Notice::State {
    Timers waiting;
};

Notice::Notice() : state_(std::make_shared<State>()) {}

awaitable<void> Notice::wait() {
    return wait_until(std::chrono::steady_clock::time_point::max());
}

awaitable<void> Notice::wait_until(std::chrono::steady_clock::time_point time) {
    /// Leaves the line however the wait ends.
    class Stand {
    public:
        Stand(Timers& line, const asio::any_io_executor& executor,
              std::chrono::steady_clock::time_point time)
            : line_(line), timer_(line.emplace(line.end(), executor, time)) {}
        Stand(const Stand&) = delete;
        Stand& operator=(const Stand&) = delete;
        ~Stand() { line_.erase(timer_); }

        [[nodiscard]] asio::steady_timer& timer() const { return *timer_; }

    private:
        Timers& line_;
        Timers::iterator timer_;
    };

    const std::shared_ptr<State> state = state_;
    const Stand stand(state->waiting, co_await asio::this_coro::executor, time);
    co_await stand.timer().async_wait(asio::as_tuple(asio::use_awaitable));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) throw_cancelled();
}

void Notice::tell() {
    for (asio::steady_timer& timer : state_->waiting) timer.cancel();
}

}  // namespace latchkey::task
