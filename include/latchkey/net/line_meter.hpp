#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace latchkey::net {

/// Measures how fast bytes come, over all transfers together.
///
/// Counts only the time in which every transfer is ready for bytes, and the bytes that come in it.
/// While a reader is busy, the line may be held up, and the bytes that the reader finds afterwards
/// came at an unknown rate. The last figure stays meanwhile.
///
/// Thread: the loop's.
class LineMeter {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A transfer begins and is ready. Each join() is followed by one leave(), called while it is
    /// ready.
    void join(Time now);
    void leave(Time now);

    /// A transfer is busy with its bytes until end_busy(): until it has taken all that came
    /// meanwhile.
    void begin_busy(Time now);
    void end_busy(Time now);

    /// Some transfer got bytes.
    void add(Time now, std::uint64_t bytes);

    /// The rate over about the last two seconds that count. Empty: too little has come to tell.
    ///
    /// Units: bytes per second.
    [[nodiscard]] std::optional<double> bytes_per_second() const;

    /// How much has come up to some moment, and for how long all transfers were ready for it. The
    /// difference of two counts is what came in between.
    struct Count {
        std::uint64_t bytes = 0;
        std::chrono::duration<double> ready{0};

        /// Requires: `before` is an earlier count of this meter, or an equal one.
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
