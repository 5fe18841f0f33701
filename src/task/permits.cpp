#include "latchkey/task/permits.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <set>
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
            if (granted && !lent) state_.add(1);
        }

        void grant() {
            granted = true;
            notice.tell();
        }

        const std::uint64_t weight;
        Notice notice;
        bool granted = false;
        bool lent = false;

    private:
        State& state_;
        std::list<Place*>::iterator position_;
    };

    std::ptrdiff_t free;  // Below 0: so many are had beyond their number.
    std::list<Place*> queue;
    std::multiset<std::uint64_t> claims;  // Weights.

    [[nodiscard]] Place* find_waiting(bool (*better)(std::uint64_t, std::uint64_t)) const {
        Place* found = nullptr;
        for (Place* place : queue) {
            if (place->granted) continue;
            if (found == nullptr || better(place->weight, found->weight)) found = place;
        }
        return found;
    }

    [[nodiscard]] std::size_t claims_above(std::uint64_t weight) const {
        return static_cast<std::size_t>(std::distance(claims.upper_bound(weight), claims.end()));
    }

    /// Grants what is free and not claimed.
    void assign() {
        while (free > 0) {
            Place* const next = find_waiting([](auto a, auto b) { return a > b; });
            if (next == nullptr || std::cmp_greater_equal(claims_above(next->weight), free)) {
                return;
            }
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
    if (state_ && !lent_) state_->add(1);
}

Permits::Claim::Claim(const Permits& permits, std::uint64_t weight)
    : state_(permits.state_), weight_(weight) {
    state_->claims.insert(weight);
}

void Permits::Claim::drop() noexcept {
    if (!state_) return;
    state_->claims.extract(weight_);
    state_->assign();
    state_.reset();
}

awaitable<Permits::Permit> Permits::acquire(std::uint64_t weight, Claim* claim) {
    const std::shared_ptr<Permit::State> state = state_;
    Permit::State::Place place(*state, weight);
    if (claim != nullptr) claim->drop();  // Only now: this one stands where the claim did.
    state->assign();
    while (!place.granted) co_await place.notice.wait();
    place.granted = false;  // Taken: now the permit gives it back.
    co_return Permit(state, place.lent);
}

void Permits::add(std::size_t count) {
    state_->add(count);
}

void Permits::remove(std::size_t count) {
    state_->free -= static_cast<std::ptrdiff_t>(count);
}

bool Permits::lend() {
    auto* const place = state_->find_waiting([](auto a, auto b) { return a < b; });
    if (place == nullptr) return false;
    place->lent = true;
    place->grant();
    return true;
}

bool Permits::anyone_waits() const {
    return std::ranges::any_of(state_->queue, [](const auto* place) { return !place->granted; });
}

}  // namespace latchkey::task
