#include "latchkey/task/turns.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

namespace latchkey::task {

struct Turns::State {
    explicit State(unsigned count) : free(std::max(count, 1U)) {}

    [[nodiscard]] bool heavier_waits(std::uint64_t weight) const {
        return !waiting.empty() && *waiting.rbegin() > weight;
    }

    std::mutex mutex;
    std::condition_variable_any changed;
    unsigned free;
    std::multiset<std::uint64_t> waiting;  // Weights.
};

Turns::Turns(unsigned count) : state_(std::make_shared<State>(count)) {}

Turns::Turn::Turn(const Turns& turns, std::uint64_t weight)
    : state_(turns.state_), weight_(weight) {}

void Turns::Turn::take(const OnWorker& on) {
    std::unique_lock lock(state_->mutex);
    if (taken_ && !state_->heavier_waits(weight_)) return;
    if (taken_) {
        ++state_->free;
        taken_ = false;
        state_->changed.notify_all();
    }
    const auto place = state_->waiting.insert(weight_);
    const bool mine = state_->changed.wait(
        lock, on.token(), [this] { return state_->free > 0 && !state_->heavier_waits(weight_); });
    state_->waiting.erase(place);
    if (mine) {
        --state_->free;
        taken_ = true;
    }
    // Whoever waited behind this one may be next.
    if (state_->free > 0 && !state_->waiting.empty()) state_->changed.notify_all();
    lock.unlock();
    if (!mine) throw_cancelled();
}

bool Turns::Turn::try_take() {
    const std::lock_guard lock(state_->mutex);
    if (!taken_ && state_->free > 0 && !state_->heavier_waits(weight_)) {
        --state_->free;
        taken_ = true;
    }
    return taken_;
}

void Turns::Turn::rest() noexcept {
    const std::lock_guard lock(state_->mutex);
    if (!taken_) return;
    ++state_->free;
    taken_ = false;
    state_->changed.notify_all();
}

}  // namespace latchkey::task
