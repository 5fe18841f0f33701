#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "latchkey/net/line_meter.hpp"

namespace latchkey::net {

/// One transfer's share in the meter, which may end by a cancellation.
class Metering {
public:
    explicit Metering(LineMeter& meter) : meter_(meter) {
        meter_.join(std::chrono::steady_clock::now());
    }
    Metering(const Metering&) = delete;
    Metering& operator=(const Metering&) = delete;
    ~Metering() {
        end_busy();
        meter_.leave(std::chrono::steady_clock::now());
    }

    void begin_busy() {
        if (!std::exchange(busy_, true)) meter_.begin_busy(std::chrono::steady_clock::now());
    }

    void end_busy() {
        if (std::exchange(busy_, false)) meter_.end_busy(std::chrono::steady_clock::now());
    }

    void add(std::uint64_t bytes) { meter_.add(std::chrono::steady_clock::now(), bytes); }

private:
    LineMeter& meter_;
    bool busy_ = false;
};

}  // namespace latchkey::net
