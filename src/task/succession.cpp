#include "latchkey/task/succession.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace latchkey::task {

namespace asio = boost::asio;

struct Succession::State {
    std::size_t next = 0;  // The place whose turn it is.
    std::list<asio::steady_timer*> waiting;
};

Succession::Succession() : state_(std::make_shared<State>()) {}

awaitable<void> Succession::wait(std::size_t place) {
    /// Leaves the line however the wait ends.
    class Stand {
    public:
        Stand(State& state, const asio::any_io_executor& executor)
            : timer(executor, asio::steady_timer::time_point::max()),
              state_(state),
              position_(state.waiting.insert(state.waiting.end(), &timer)) {}
        Stand(const Stand&) = delete;
        Stand& operator=(const Stand&) = delete;
        ~Stand() { state_.waiting.erase(position_); }

        asio::steady_timer timer;

    private:
        State& state_;
        std::list<asio::steady_timer*>::iterator position_;
    };

    const std::shared_ptr<State> state = state_;
    while (state->next < place) {
        const std::size_t seen = state->next;
        Stand stand(*state, co_await asio::this_coro::executor);
        co_await stand.timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (state->next == seen) throw_cancelled();
    }
}

void Succession::pass(std::size_t place) {
    state_->next = place + 1;
    for (asio::steady_timer* timer : state_->waiting) timer->cancel();
}

}  // namespace latchkey::task
