#include "connection_trial.hpp"

#include <algorithm>

namespace latchkey::transfer {
namespace {

/// Of what as many connections would bring if each were limited.
constexpr double kWorthIt = 0.5;

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
    if (before_) {
        const auto now = static_cast<double>(look.others + look.connections);
        const auto then = static_cast<double>(look.others + before_->connections);
        const double gain = look.bytes_per_second / before_->bytes_per_second - 1;
        if (gain < kWorthIt * (now / then - 1)) {
            settled_ = true;
            return before_->connections;
        }
    }
    before_ = Known{look.bytes_per_second, look.connections};
    settled_ = look.connections >= kMost;
    return std::min(2 * look.connections, kMost);
}

}  // namespace latchkey::transfer
