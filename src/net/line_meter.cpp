#include "latchkey/net/line_meter.hpp"

#include <algorithm>

namespace latchkey::net {
namespace {

/// Fewer may be what a server had ready, or one window of TCP.
constexpr std::uint64_t kEnoughBytes = 256 * 1024;

/// What is older counts less and less.
constexpr std::chrono::duration<double> kMemory{2.0};

/// No clock tells less, and nothing is infinitely fast.
constexpr std::chrono::duration<double> kShortest{1e-6};

}  // namespace

void LineMeter::join(Time now) {
    pass(now);
    ++transfers_;
}

void LineMeter::leave(Time now) {
    pass(now);
    --transfers_;
}

void LineMeter::begin_busy(Time now) {
    pass(now);
    ++busy_;
}

void LineMeter::end_busy(Time now) {
    pass(now);
    --busy_;
}

void LineMeter::add(Time now, std::uint64_t bytes) {
    pass(now);
    all_.bytes += bytes;
    if (!counting()) return;
    bytes_ += static_cast<double>(bytes);
    counted_bytes_ += bytes;
    if (counted_ > kMemory) {
        counted_ /= 2;
        bytes_ /= 2;
    }
}

void LineMeter::pass(Time now) {
    if (counting()) {
        counted_ += now - since_;
        all_.ready += now - since_;
    }
    since_ = now;
}

std::optional<double> LineMeter::bytes_per_second() const {
    if (counted_bytes_ < kEnoughBytes) return std::nullopt;
    return bytes_ / std::max(counted_, kShortest).count();
}

}  // namespace latchkey::net
