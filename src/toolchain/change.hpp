#pragma once

#include <functional>
#include <memory>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/transfer/transfer.hpp"
#include "plan.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// The manifest that a change installs from.
struct ChangeManifest {
    const dist::Manifest& manifest;
    std::shared_ptr<const std::string> text;  ///< To be written. Null: the toolchain has it.
    std::string hash;
};

/// What of a manifest makes these components, for the toolchain of this name.
///
/// Throws: Errc::not_found, `component NAME cannot be downloaded`.
std::vector<transfer::Artifact> artifacts_of(const std::string& toolchain,
                                             const dist::Manifest& manifest,
                                             const std::vector<dist::Component>& components);

/// The manifest of the snapshot's toolchain.
///
/// Requires: the toolchain has one.
ChangeManifest installed_manifest_of(const Snapshot& snapshot);

/// What distinguishes one kind of change from another.
struct ChangeSteps {
    /// Plans the change, from a snapshot. If somebody else commits meanwhile, it is called again,
    /// then with `toolchain` held, so it must not wait.
    std::function<Plan(const Snapshot&)> plan;

    /// The manifest that a plan installs from: the server's, or the installed one.
    std::function<ChangeManifest(const Snapshot&)> manifest_of = installed_manifest_of;

    /// The installed manifest, if it was read before.
    KnownManifest known_manifest = nullptr;

    /// As InstallRequest::before_commit. May be empty.
    std::function<task::awaitable<void>(bool fresh)> before_commit = nullptr;

    /// It goes back to an entry of the history, which then is not what makes room on a full disk.
    bool needs_history = false;

    /// If set, the commit waits for the one permit, which is held while this process still uses the
    /// old generation.
    task::Permits* old_in_use = nullptr;
};

/// The result of a change.
struct Change {
    bool committed = false;
    std::string complaint;  ///< Plan::complaint.
};

/// Waits for the exclusive range of a toolchain's name.
task::awaitable<lock::LockSet> lock_toolchain(Services& services, std::string toolchain);

/// Plans, materialises and commits a change.
///
/// If somebody else commits between plan and commit, the change is planned again: with `toolchain`
/// held if nothing more has to be fetched. Trees that are unpacked stay pinned, and no message is
/// repeated.
task::awaitable<Change> make_change(Services& services, std::string toolchain,
                                    const ChangeSteps& steps);

/// Makes a change and then cleans up, even if the change failed. False: there was nothing to do.
///
/// Requires: make_whole() was called for the toolchain.
/// Throws:   the plan's complaint, as Errc::not_found.
task::awaitable<bool> run_change(Services& services, dist::ToolchainName name,
                                 const ChangeSteps& steps);

/// A link that the user made, or a file of his, is never replaced.
///
/// Throws: Errc::unsupported.
void refuse_what_is_not_ours(const store::Home& home, const std::string& toolchain,
                             const store::Current& current);

/// Deletes what a commit has moved out of its way. Warns of what cannot be deleted.
task::awaitable<void> remove_junk(Services& services, store::Junk& junk);

/// Cleans up, as after every change. Warns of steps that fail.
task::awaitable<void> clean_up(Services& services, std::string toolchain);

/// Cleans up if anything is left over, for commands that change nothing. Reports nothing.
task::awaitable<void> clean_up_if_needed(Services& services);

}  // namespace latchkey::toolchain
