#include "downloads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "latchkey/task/group.hpp"

namespace latchkey::transfer {
namespace {

/// How many artifacts are fetched at once where RUSTUP_CONCURRENT_DOWNLOADS does not say: before
/// anything is known and on a full line; and at most.
constexpr std::size_t kFirst = 2;
constexpr std::size_t kMost = 4;

/// Of what several bring: so much, and one of them fills the line alone.
constexpr double kFills = 0.8;

/// How far one may be ahead of another on a full line.
constexpr std::uint64_t kAheadBytes = 1024 * 1024;
constexpr std::chrono::seconds kPatience{1};

/// What took longer to begin had to wait for its turn at the server: that is not the line's
/// latency.
constexpr std::chrono::seconds kLongestLatency{2};

/// How often it is looked whether anything comes at all.
constexpr std::chrono::milliseconds kWatch{50};

std::string server_of(const net::Url& url) {
    return url.scheme() + "://" + url.host_and_port();
}

}  // namespace

struct Downloads::State {
    State(std::optional<unsigned> at_once, Now clock)
        : now(std::move(clock)), permits(at_once.value_or(kFirst)), fixed(at_once.has_value()) {}

    const Now now;
    task::Permits permits;
    LineTrial trial;
    LineTrial::State seen = LineTrial::State::looking;
    const bool fixed;
    std::vector<Flow*> flows;             ///< That come.
    std::set<std::string> without_parts;  ///< Servers.

    /// Acts on what the trial has found out. True: just now, that the line is full.
    bool act() {
        if (fixed) return false;
        if (trial.state() == LineTrial::State::steady && permits.lend()) trial.try_another();
        if (trial.state() == seen) return false;
        seen = trial.state();
        if (seen == LineTrial::State::open) permits.add(kMost - kFirst);
        return seen == LineTrial::State::full;
    }

    /// Whoever gives way looks again.
    void wake() const {
        for (Flow* const flow : flows) flow->way_.tell();
    }
};

Downloads::Downloads(std::optional<unsigned> at_once, Now now)
    : state_(std::make_shared<State>(at_once, std::move(now))) {}

std::unique_ptr<task::Permits::Claim> Downloads::claim(std::uint64_t weight) const {
    return std::make_unique<task::Permits::Claim>(state_->permits, weight);
}

task::awaitable<task::Permits::Permit> Downloads::acquire(std::uint64_t weight,
                                                          task::Permits::Claim* claim) {
    return state_->permits.acquire(weight, claim);
}

bool Downloads::sends_parts(const net::Url& url) const {
    return !state_->without_parts.contains(server_of(url));
}

void Downloads::give_up_parts(const net::Url& url) const {
    state_->without_parts.insert(server_of(url));
}

task::awaitable<void> Downloads::watch() const {
    // While nothing comes, nobody else looks. Where the loop itself was late, what has come may not
    // have been seen yet.
    return task::repeat(kWatch, [state = state_, last = LineTrial::Clock::now()]() mutable {
        const LineTrial::Time before = std::exchange(last, LineTrial::Clock::now());
        if (last - before > 2 * kWatch || !state->permits.anyone_waits()) return;
        state->trial.look_for_silence(state->now());
        state->act();
    });
}

Downloads::Flow::Flow(const Downloads& downloads, Progress& progress)
    : state_(downloads.state_), progress_(progress), asked_(state_->now()) {}

Downloads::Flow::~Flow() {
    if (held_) release();
    end();
}

void Downloads::Flow::begin(std::uint64_t rest_bytes) {
    rest_bytes_ = rest_bytes;
    if (begun_) return;
    begun_ = true;
    catch_up();
    state_->flows.push_back(this);
    const LineTrial::Time now = state_->now();
    const LineTrial::Clock::duration latency = now - asked_.value_or(now);
    state_->trial.join(now, std::min<LineTrial::Clock::duration>(latency, kLongestLatency));
    asked_.reset();
}

void Downloads::Flow::end() {
    if (!begun_) return;
    begun_ = false;
    std::erase(state_->flows, this);
    state_->wake();
    state_->trial.leave(state_->now());
    act();
}

void Downloads::Flow::came(std::uint64_t bytes) {
    share_bytes_ += bytes;
    rest_bytes_ -= std::min(bytes, rest_bytes_);
    state_->wake();
    state_->trial.add(state_->now(), bytes);
    act();
}

void Downloads::Flow::hold() {
    held_ = true;
    state_->wake();
    state_->trial.hold();
    act();
}

void Downloads::Flow::release() {
    held_ = false;
    catch_up();
    state_->trial.release();
}

/// Nobody owes it what came to others while it wanted nothing.
void Downloads::Flow::catch_up() {
    std::optional<std::uint64_t> least;
    for (const Flow* const other : state_->flows) {
        if (other == this) continue;
        least = std::min(least.value_or(other->share_bytes_), other->share_bytes_);
    }
    share_bytes_ = std::max(share_bytes_, least.value_or(0));
}

/// One that waits for its decoder leaves the line to the others.
bool Downloads::Flow::is_ahead() const {
    if (state_->trial.state() != LineTrial::State::full) return false;
    return std::ranges::any_of(state_->flows, [this](const Flow* other) {
        return !other->held_ && other->share_bytes_ + kAheadBytes < share_bytes_;
    });
}

task::awaitable<void> Downloads::Flow::give_way() {
    const LineTrial::Time end = LineTrial::Clock::now() + kPatience;
    while (is_ahead() && LineTrial::Clock::now() < end) {
        co_await way_.wait_until(end);
    }
}

bool Downloads::Flow::may_widen(double bytes_per_second) const {
    if (state_->fixed) return false;
    const auto larger = [this](const Flow* other) { return other->rest_bytes_ > rest_bytes_; };
    if (std::ranges::any_of(state_->flows, larger)) return false;
    const LineTrial& trial = state_->trial;
    switch (trial.state()) {
        case LineTrial::State::open:
            return true;
        case LineTrial::State::full:
            return trial.downloads() == 1 && bytes_per_second < kFills * trial.bytes_per_second();
        case LineTrial::State::looking:
        case LineTrial::State::steady:
        case LineTrial::State::trying:
            break;
    }
    return !state_->permits.anyone_waits();
}

void Downloads::Flow::act() {
    if (!state_->act()) return;
    progress_.debug(fmt::format("{} downloads at once fill the line: {:.1f} MB/s", kFirst,
                                state_->trial.bytes_per_second() / 1e6));
}

}  // namespace latchkey::transfer
