#include "latchkey/task/permits.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

namespace latchkey::task {

namespace asio = boost::asio;

struct Permits::Permit::State {
    /// One task's place in the queue. Leaving it gives back what was granted and not taken.
    class Place {
    public:
        Place(State& state, std::uint64_t work, const asio::any_io_executor& executor)
            : weight(work),
              timer(executor, asio::steady_timer::time_point::max()),
              state_(state),
              position_(state.queue.insert(state.queue.end(), this)) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() {
            state_.queue.erase(position_);
            if (granted) state_.give_back();
        }

        const std::uint64_t weight;
        asio::steady_timer timer;
        bool granted = false;

    private:
        State& state_;
        std::list<Place*>::iterator position_;
    };

    std::size_t free;
    std::list<Place*> queue;

    void give_back() {
        Place* next = nullptr;
        for (Place* place : queue) {
            if (place->granted) continue;
            if (next == nullptr || place->weight > next->weight) next = place;
        }
        if (next == nullptr) {
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
    Permit::State::Place place(*state, weight, co_await asio::this_coro::executor);
    co_await place.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!place.granted) throw_cancelled();
    place.granted = false;  // Taken: now the permit gives it back.
    co_return Permit(state);
}

}  // namespace latchkey::task
