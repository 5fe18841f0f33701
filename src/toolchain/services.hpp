#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "downloads.hpp"
#include "free_processors.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/task/turns.hpp"
#include "latchkey/task/wait.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "latchkey/toolchain/reporter.hpp"

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
    Downloads downloads;
    task::Turns turns;
    FreeProcessors processors;
    std::size_t segmented = 0;    ///< Files that are fetched through several connections.
    bool keeps_downloads = true;  ///< For another try; not where the disk has no room for it.
    std::set<std::string> fetched = {};  ///< Hashes of what this command began to download.
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
