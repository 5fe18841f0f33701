#include "connection_trial.hpp"

#include <algorithm>
#include <cmath>

namespace latchkey::transfer {
namespace {

/// Of what as many connections would bring if each were limited.
constexpr double kWorthIt = 0.5;
/// From here on each is limited, and the line far from full.
constexpr double kNearlyAll = 0.85;

}  // namespace

ConnectionTrial::ConnectionTrial(std::optional<double> bytes_per_second) {
    if (bytes_per_second) before_ = Known{*bytes_per_second, 1};
}

std::size_t ConnectionTrial::judge(const Look& look) {
    if (look.others_changed) {
        before_.reset();
        settled_ = false;
        return look.connections;
    }
    if (settled_) return look.connections;
    std::size_t factor = 2;
    if (before_) {
        const auto now = static_cast<double>(look.others + look.connections);
        const auto then = static_cast<double>(look.others + before_->connections);
        const double gain = look.bytes_per_second / before_->bytes_per_second - 1;
        const double possible = now / then - 1;
        if (gain < kWorthIt * possible) {
            settled_ = true;
            // As many as would bring this rate if each were limited.
            const double own = then * (1 + gain) - static_cast<double>(look.others);
            return std::clamp(static_cast<std::size_t>(std::max(std::round(own), 0.0)),
                              before_->connections, look.connections);
        }
        if (gain >= kNearlyAll * possible) factor = 4;
    }
    before_ = Known{look.bytes_per_second, look.connections};
    settled_ = look.connections >= kMost;
    return std::min(factor * look.connections, kMost);
}

}  // namespace latchkey::transfer
