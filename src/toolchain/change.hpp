#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/junk.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// A line for the user.
struct Line {
    bool warning = false;
    std::string text;
};

/// What a change wants, given the toolchain as it is.
struct Goal {
    std::vector<dist::Component> final_list;  ///< In the order of multirust-config.toml.
    std::vector<dist::Component> install;     ///< To be had anew; others stay as they are.
    std::vector<Line> lines;
    std::vector<Line> late_lines;  ///< Said when everything is in the store.
    bool unchanged = false;
    bool combined = false;  ///< A release of before 2016: one component, and no list of them.
    bool anew = false;      ///< The directory that is there is not to be trusted: a new generation.
    std::optional<std::string> update_hash;
    std::optional<Error> failure;  ///< Thrown when the rest is done: of a later argument.
    std::function<task::awaitable<void>(bool fresh)> before_commit;  ///< InstallRequest's.
};

/// The manifest that a change installs from.
struct ChangeManifest {
    const dist::Manifest& manifest;
    std::shared_ptr<const std::string> text;  ///< As it will lie in the toolchain; null: as it is.
    std::string hash;
};

/// Decides, from a snapshot. Called again when somebody else has committed meanwhile, then with
/// `toolchain` held: it waits for nothing.
using Planner = std::function<Goal(const Snapshot&)>;

/// Where the manifest comes from: the server's, or the snapshot's own.
using ManifestOf = std::function<ChangeManifest(const Snapshot&)>;

/// The snapshot's own. Requires: it has one.
ChangeManifest installed_manifest_of(const Snapshot& snapshot);

/// What a change came to.
struct Change {
    bool committed = false;
    std::optional<Error> failure;  ///< The goal's: to be thrown when all is done.
};

/// Plan, materialise, commit.
///
/// A toolchain that has moved between plan and commit is planned again, with `toolchain` held where
/// nothing more has to be fetched; what is unpacked stays pinned, and nothing is said twice. The
/// commit waits for `old_in_use`, if there is one: its permit is held by who still uses the old
/// generation.
task::awaitable<Change> make_change(Services& services, std::string toolchain,
                                    ManifestOf manifest_of, Planner planner,
                                    task::Permits* old_in_use = nullptr);

/// A change to its end: make it, and clean up, also where it failed. False: nothing was to be done.
///
/// Requires: the toolchain was made whole.
task::awaitable<bool> run_change(Services& services, dist::ToolchainName name,
                                 ManifestOf manifest_of, Planner planner,
                                 task::Permits* old_in_use = nullptr);

/// Deletes what a commit took out of the way, behind it; what cannot be deleted is warned of.
task::awaitable<void> remove_junk(Services& services, store::Junk& junk);

/// What comes behind every change. What cannot be done is warned of.
task::awaitable<void> clean_up(Services& services, std::string toolchain);

/// The same for who changes nothing, if there is anything left to be done. Says nothing.
task::awaitable<void> clean_up_if_needed(Services& services);

}  // namespace latchkey::toolchain
