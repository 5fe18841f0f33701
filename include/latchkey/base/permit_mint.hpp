#pragma once

#include <utility>

#include "latchkey/base/permit.hpp"

namespace latchkey {

/// Makes permits. Only `task`, main files and tests include it; scripts/check-layers refuses it
/// elsewhere.
struct PermitMint {
    static OnWorker worker(std::stop_token stop = {}, const Helpers* helpers = nullptr) {
        return {std::move(stop), helpers};
    }
    static OnWaitThread wait_thread(std::stop_token stop = {}) {
        return OnWaitThread(std::move(stop));
    }
};

}  // namespace latchkey
