#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace latchkey::net {

/// How fast bytes come, over all transfers together.
///
/// Counts only the time in which every transfer is ready for bytes, and what comes in it. While a
/// reader is busy with what it has, the line may have bytes for it and not bring them; and what it
/// finds there afterwards came meanwhile, at any speed. Then the last figure stays.
///
/// Thread: the loop's. The time is passed in.
class LineMeter {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A transfer begins, ready. Each call is followed by one of `leave`, when it is ready.
    void join(Time now);
    void leave(Time now);

    /// A transfer is busy with what it has, until it has taken all that came meanwhile.
    void begin_busy(Time now);
    void end_busy(Time now);

    /// Some transfer was given bytes.
    void add(Time now, std::uint64_t bytes);

    /// Of about the last two seconds that count. Units: bytes a second; empty until enough have
    /// come to say anything.
    [[nodiscard]] std::optional<double> bytes_per_second() const;

    /// What has come up to some moment, and how long all transfers were ready for it. Of two of them
    /// the difference is what came in between.
    struct Count {
        std::uint64_t bytes = 0;
        std::chrono::duration<double> ready{0};

        /// Requires: `before` is of the same meter, and not later.
        Count operator-(const Count& before) const {
            return {bytes - before.bytes, ready - before.ready};
        }
    };
    [[nodiscard]] const Count& count() const noexcept { return all_; }

private:
    [[nodiscard]] bool counting() const noexcept { return transfers_ > 0 && busy_ == 0; }
    void pass(Time now);

    unsigned transfers_ = 0;
    unsigned busy_ = 0;
    Time since_{};
    std::chrono::duration<double> counted_{0};
    double bytes_ = 0;
    std::uint64_t counted_bytes_ = 0;
    Count all_;
};

}  // namespace latchkey::net
