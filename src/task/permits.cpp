#include "latchkey/task/permits.hpp"

#include <algorithm>
#include <list>
#include <utility>

#include "latchkey/task/notice.hpp"

namespace latchkey::task {

struct Permits::Permit::State {
    /// One task's place in the queue. Leaving it gives back what was granted and not taken.
    class Place {
    public:
        Place(State& state, std::uint64_t work)
            : weight(work), state_(state), position_(state.queue.insert(state.queue.end(), this)) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() {
            state_.queue.erase(position_);
            if (granted) state_.add(1);
        }

        void grant() {
            granted = true;
            notice.tell();
        }

        const std::uint64_t weight;
        Notice notice;
        bool granted = false;

    private:
        State& state_;
        std::list<Place*>::iterator position_;
    };

    std::ptrdiff_t free;  // Below 0: so many are had beyond their number.
    std::list<Place*> queue;

    /// Of equal weights, whoever came first.
    [[nodiscard]] Place* find_heaviest_waiting() const {
        Place* found = nullptr;
        for (Place* place : queue) {
            if (place->granted) continue;
            if (found == nullptr || place->weight > found->weight) found = place;
        }
        return found;
    }

    /// Grants what is free.
    void assign() {
        while (free > 0) {
            Place* const next = find_heaviest_waiting();
            if (next == nullptr) return;
            --free;
            next->grant();
        }
    }

    void add(std::size_t count) {
        free += static_cast<std::ptrdiff_t>(count);
        assign();
    }
};

Permits::Permits(std::size_t count) : state_(std::make_shared<Permit::State>()) {
    state_->free = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, count));
}

Permits::Permit::~Permit() {
    if (state_) state_->add(1);
}

awaitable<Permits::Permit> Permits::acquire(std::uint64_t weight) {
    const std::shared_ptr<Permit::State> state = state_;
    Permit::State::Place place(*state, weight);
    state->assign();
    while (!place.granted) co_await place.notice.wait();
    place.granted = false;  // Taken: now the permit gives it back.
    co_return Permit(state);
}

void Permits::add(std::size_t count) {
    state_->add(count);
}

void Permits::remove(std::size_t count) {
    state_->free -= static_cast<std::ptrdiff_t>(count);
}

}  // namespace latchkey::task
