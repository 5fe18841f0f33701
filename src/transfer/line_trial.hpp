#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace latchkey::transfer {

/// Finds out whether more downloads at once would bring more bytes in a second: not where a few of
/// them fill the line, but where the server limits each connection, or is far away.
///
/// What comes is looked at in windows of time. Once it grows no more, another download may be
/// tried; then it shows. On a line that one decoder can follow nothing is tried: all may come.
///
/// Thread: one at a time. Times are the caller's and never go back.
class LineTrial {
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    enum class State {
        looking,  ///< How much do those bring that come now?
        steady,   ///< So much. Another one may be tried.
        trying,   ///< How much, with one more?
        full,     ///< No more: the line is full.
        open,     ///< More; or the line is slow; or the decoders are what is waited for.
    };

    /// A body comes. Units: `latency` from its request to its first byte.
    void join(Time now, Clock::duration latency);

    /// It has ended. Where one ends before anything is known, they are too small to look at.
    void leave(Time now);

    void add(Time now, std::uint64_t bytes);

    /// A download waits for its decoder, and no longer. Where all do, the line is not full.
    void hold();
    void release();

    /// Asked again and again. A line that brings nothing for a while is not full: some servers
    /// limit a connection by pauses.
    void look_for_silence(Time now);

    /// Another one, on trial, will join. Only when steady.
    void try_another();

    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] std::size_t downloads() const noexcept { return downloads_; }

    /// Units: bytes per second, before another was tried. 0: not known.
    [[nodiscard]] double bytes_per_second() const noexcept { return base_; }

private:
    void begin_window(Time now);
    void look(double before, double rate);

    State state_ = State::looking;
    std::size_t downloads_ = 0;
    std::size_t held_ = 0;
    std::size_t tried_with_ = 0;  ///< Downloads beside the one on trial.
    double base_ = 0;

    Time last_{};  ///< Of a download or a byte.
    Time since_{};
    Clock::duration window_{};
    std::uint64_t bytes_ = 0;
    std::optional<double> before_;  ///< The rate in the window before.
};

}  // namespace latchkey::transfer
