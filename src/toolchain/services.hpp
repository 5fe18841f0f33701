#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/wait.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/reporter.hpp"
#include "latchkey/transfer/transfer.hpp"

namespace latchkey::toolchain {

/// The channel manifest in a toolchain.
struct InstalledManifest {
    std::string text;
    std::optional<dist::Manifest> parsed;  ///< Empty where it does not parse.
};

/// What every part of a change needs.
struct Services {
    task::Loop& loop;
    net::Client& client;
    store::Home home;
    Engine::Options options;
    Reporter& reporter;
    std::shared_ptr<transfer::Transfer> transfer;
    std::shared_ptr<const InstalledManifest> last_manifest = nullptr;  ///< That was read.

    /// Waits for a range; after a second says what for and who has it: "waiting for WHAT (pid …)".
    [[nodiscard]] task::Waiting waiting_for(const std::string& what) const;
};

/// Runs a blocking job on a worker.
template <typename Job>
auto on_worker(const Services& services, Job job) {
    return task::offload(services.loop.workers(), std::move(job));
}

}  // namespace latchkey::toolchain
