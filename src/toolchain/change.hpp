#pragma once

#include <functional>
#include <memory>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/junk.hpp"
#include "plan.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// The manifest that a change installs from.
struct ChangeManifest {
    const dist::Manifest& manifest;
    std::shared_ptr<const std::string> text;  ///< As it will lie in the toolchain; null: as it is.
    std::string hash;
};

/// The snapshot's own. Requires: it has one.
ChangeManifest installed_manifest_of(const Snapshot& snapshot);

/// What a kind of change has of its own.
struct ChangeSteps {
    /// Decides, from a snapshot. Called again when somebody else has committed meanwhile, then with
    /// `toolchain` held: waits for nothing.
    std::function<Plan(const Snapshot&)> plan;

    /// Which manifest a plan installs from: the server's, or the snapshot's own.
    std::function<ChangeManifest(const Snapshot&)> manifest_of = installed_manifest_of;

    /// The installed manifest, where it was read before.
    KnownManifest known_manifest = nullptr;

    /// InstallRequest's; may be empty.
    std::function<task::awaitable<void>(bool fresh)> before_commit = nullptr;

    /// The commit waits for its permit, which is held by who still uses the old generation.
    task::Permits* old_in_use = nullptr;
};

/// What a change came to.
struct Change {
    bool committed = false;
    std::string complaint;  ///< The plan's.
};

/// Plan, materialise, commit.
///
/// A toolchain that has moved between plan and commit is planned again, with `toolchain` held where
/// nothing more has to be fetched; what is unpacked stays pinned, and nothing is said twice.
task::awaitable<Change> make_change(Services& services, std::string toolchain,
                                    const ChangeSteps& steps);

/// A change to its end: make it, and clean up, also where it failed. False: nothing was to be done.
///
/// Requires: the toolchain was made whole.
/// Throws: the plan's complaint, as Errc::not_found.
task::awaitable<bool> run_change(Services& services, dist::ToolchainName name,
                                 const ChangeSteps& steps);

/// Deletes what a commit took out of the way, behind it; what cannot be deleted is warned of.
task::awaitable<void> remove_junk(Services& services, store::Junk& junk);

/// What comes behind every change. What cannot be done is warned of.
task::awaitable<void> clean_up(Services& services, std::string toolchain);

/// The same for who changes nothing, if there is anything left to be done. Says nothing.
task::awaitable<void> clean_up_if_needed(Services& services);

}  // namespace latchkey::toolchain
