#include "line_trial.hpp"

#include <algorithm>

namespace latchkey::transfer {
namespace {

/// Long enough for a turn of the scheduler not to show. On a line that is far away, a window is at
/// least as long as an answer takes, for TCP grows once in a round trip.
constexpr std::chrono::milliseconds kWindow{150};

/// Fewer may be what a server had ready.
constexpr std::uint64_t kEnoughBytes = 256 * 1024;

/// From one window to the next: no longer growing.
constexpr double kSteady = 1.15;

/// Units: bytes per second of xz that one decoder takes at the least. On a slower line it matters
/// to no download who comes last.
constexpr double kDecoder = 8e6;

/// A third download brings 1.5 times the bytes of two, where each connection is limited.
constexpr double kMore = 1.25;

}  // namespace

void LineTrial::begin_window(Time now) {
    since_ = now;
    bytes_ = 0;
}

void LineTrial::join(Time now, Clock::duration latency) {
    ++downloads_;
    last_ = now;
    if (state_ == State::steady) state_ = State::looking;
    window_ = std::max<Clock::duration>({window_, latency, kWindow});
    before_.reset();
    begin_window(now);
}

void LineTrial::leave(Time now) {
    --downloads_;
    if (state_ == State::looking) state_ = State::open;
    if (state_ == State::steady || state_ == State::trying) state_ = State::looking;
    before_.reset();
    begin_window(now);
}

void LineTrial::add(Time now, std::uint64_t bytes) {
    last_ = now;
    bytes_ += bytes;
    const Clock::duration passed = now - since_;
    if (passed < window_ || bytes_ < kEnoughBytes) return;
    const double rate = static_cast<double>(bytes_) / std::chrono::duration<double>(passed).count();
    if (before_) look(*before_, rate);
    before_ = rate;
    begin_window(now);
}

void LineTrial::look(double before, double rate) {
    const bool grows = rate > before * kSteady;
    if (state_ == State::looking && !grows) {
        base_ = std::max(before, rate);
        state_ = base_ < kDecoder ? State::open : State::steady;
    } else if (state_ == State::trying && downloads_ > tried_with_) {
        if ((before + rate) / 2 >= base_ * kMore) {
            state_ = State::open;
        } else if (!grows) {
            state_ = State::full;
        }
    }
}

void LineTrial::hold() {
    ++held_;
    if (downloads_ > 1 && held_ == downloads_) state_ = State::open;
}

void LineTrial::release() {
    --held_;
}

void LineTrial::look_for_silence(Time now) {
    const bool undecided = state_ != State::full && state_ != State::open;
    if (undecided && downloads_ > 0 && held_ == 0 && now - last_ >= window_) state_ = State::open;
}

void LineTrial::try_another() {
    state_ = State::trying;
    tried_with_ = downloads_;
}

}  // namespace latchkey::transfer
