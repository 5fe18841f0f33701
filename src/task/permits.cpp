#include "latchkey/task/permits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace latchkey::task {

namespace asio = boost::asio;

struct Permits::Permit::State {
    struct Waiter {
        std::uint64_t weight;
        asio::steady_timer timer;
        bool granted = false;
    };

    std::size_t free;
    std::list<Waiter> waiters;

    void give_back() {
        auto next = waiters.end();
        for (auto waiter = waiters.begin(); waiter != waiters.end(); ++waiter) {
            if (waiter->granted) continue;
            if (next == waiters.end() || waiter->weight > next->weight) next = waiter;
        }
        if (next == waiters.end()) {
            ++free;
        } else {
            next->granted = true;
            next->timer.cancel();
        }
    }
};

Permits::Permits(std::size_t count) : state_(std::make_shared<Permit::State>()) {
    state_->free = count == 0 ? 1 : count;
}

Permits::Permit::~Permit() {
    if (state_) state_->give_back();
}

awaitable<Permits::Permit> Permits::acquire(std::uint64_t weight) {
    const std::shared_ptr<Permit::State> state = state_;
    if (state->free > 0) {
        --state->free;
        co_return Permit(state);
    }
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    const auto waiter = state->waiters.insert(state->waiters.end(), {weight, std::move(timer)});
    co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool granted = waiter->granted;
    state->waiters.erase(waiter);
    if (!granted) throw_cancelled();
    co_return Permit(state);
}

}  // namespace latchkey::task
