#pragma once

#include <memory>
#include <string>
#include <utility>

#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/wait.hpp"
#include "latchkey/toolchain/engine_options.hpp"
#include "latchkey/toolchain/reporter.hpp"
#include "latchkey/transfer/transfer.hpp"

namespace latchkey::toolchain {

/// What every part of a change needs. Stays the same for an engine's life.
struct Services {
    task::Loop& loop;
    net::Client& client;
    store::Home home;
    EngineOptions options;
    Reporter& reporter;
    std::shared_ptr<transfer::Transfer> transfer;
    std::shared_ptr<mirrors::Mirrors> mirrors;  ///< Outlives `transfer`, which uses it.

    /// How to wait for a range: after a second, reports "waiting for WHAT (pid …)".
    [[nodiscard]] task::Waiting waiting_for(const std::string& what) const;
};

/// Runs a blocking job on a worker.
template <typename Job>
auto on_worker(const Services& services, Job job) {
    return task::offload(services.loop.workers(), std::move(job));
}

}  // namespace latchkey::toolchain
