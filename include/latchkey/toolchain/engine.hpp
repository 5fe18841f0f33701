#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/profile.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/toolchain/engine_options.hpp"
#include "latchkey/toolchain/installed_manifest.hpp"
#include "latchkey/toolchain/news.hpp"
#include "latchkey/toolchain/reporter.hpp"
#include "latchkey/toolchain/tree_copy.hpp"

namespace latchkey::toolchain {

struct Services;

/// The release and the components to which a toolchain is locked.
struct Locked {
    std::string path;                               ///< Of the file that says so.
    std::string date;                               ///< Of the release.
    std::string manifest;                           ///< SHA-256, hex.
    std::map<std::string, std::string> components;  ///< Full name -> first hash in the manifest.
    bool may_change = true;  ///< False: an error if the toolchain is not that already.
};

/// What `install` and `update` are asked for.
struct InstallRequest {
    std::optional<dist::Profile> profile;  ///< Counts only if the toolchain is not there yet.
    std::vector<std::string> components;   ///< Short or internal names, without target.
    std::vector<std::string> targets;
    bool force = false;            ///< Go on without components that cannot be downloaded.
    bool allow_downgrade = false;  ///< Accept a nightly that is older than the installed one.
    /// If the toolchain is there by now, leave it as it is. For tools, which never update anything.
    bool only_if_absent = false;
    /// Exactly this, and nothing is fetched if it is there. Profile, components, targets and wishes
    /// do not count then.
    std::optional<Locked> locked;
    /// These components and no others, in a generation that takes no file from the present one.
    /// Profile, components, targets and wishes do not count then.
    std::optional<std::vector<dist::Component>> exactly;
    /// The result of Engine::find_news. Empty: ask the server.
    std::optional<News> news;
    /// Awaited when everything is in the store, before the commit. `fresh`: the toolchain was not
    /// there. If it throws, the install ends without a commit. Called again if somebody else has
    /// committed meanwhile. May be empty.
    std::function<task::awaitable<void>(bool fresh)> before_commit;
};

/// How an install, update or change of components ended.
struct Outcome {
    enum class Status { installed, updated, unchanged };
    Status status = Status::unchanged;
    /// The first line of `rustc --version` from before the update. It still holds if the status is
    /// `unchanged`.
    std::optional<std::string> old_version;
};

/// What a rollback came to.
struct RolledBack {
    bool changed = false;      ///< False: the toolchain was that already.
    bool was_kept = false;     ///< Nothing was fetched: the generation was on the disk.
    std::uint64_t serial = 0;  ///< The entry that it went back to.
    std::string release;       ///< release_text() of that entry.
};

/// What a toolchain has and could have, as of one commit.
struct Inventory {
    /// Not null, and parsed. Perhaps only as dist::parse_manifest_for() does.
    KnownManifest installed_manifest;
    std::vector<dist::Component> components;  ///< Installed, in the order of the file.

    [[nodiscard]] const dist::Manifest& manifest() const { return *installed_manifest->parsed; }
};

/// Changes toolchains: plan, materialise, commit, clean up.
///
/// Any number of engines, in any number of processes, may work on one home. A change is planned
/// again if somebody else commits before it does, so it always commits a plan for the toolchain as
/// it then is.
///
/// Thread: the loop's. Outlives its tasks.
/// Throws: every change throws what dist, net, archive and store throw, in rustup's words if rustup
///         has some; the cancellation. A change that throws has changed nothing.
class Engine {
public:
    Engine(task::Loop& loop, net::Client& client, store::Home home, EngineOptions options,
           Reporter& reporter);
    /// A second engine that shares the downloads of `family`, and their limits, but has a reporter
    /// of its own. Must not outlive what `family` was made from.
    Engine(const Engine& family, Reporter& reporter);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Installs a toolchain, or updates an installed one to what its channel has now. Reports
    /// `syncing channel updates for …` and what follows, as rustup does.
    ///
    /// Throws: Errc::busy if rustup is installing it at this moment; Errc::corrupt, `checksum
    ///         failed for …`, if the manifest does not have the hash of its checksum file.
    task::awaitable<Outcome> install(dist::ToolchainName name, InstallRequest request);

    /// Those of the toolchains that rustup itself is installing at this moment.
    task::awaitable<std::vector<dist::ToolchainName>> find_half_made(
        std::vector<dist::ToolchainName> names);

    /// Asks the channels of installed toolchains, all at once, for news. The result is in the order
    /// of the names. Reports only what rustup says about hashes: `can't read update hash …`, and
    /// why a checksum may be wrong.
    ///
    /// Throws: only the cancellation. A channel's failure is its News::failure.
    task::awaitable<std::vector<News>> find_news(std::vector<dist::ToolchainName> names);

    /// `component add`, `target add`. Adds all components or none; one that is named twice counts
    /// once. `asked` has internal package names, and targets as the user gave them. The manifest of
    /// `seen` is not parsed again; `seen` may be out of date.
    task::awaitable<void> add_components(dist::ToolchainName name,
                                         std::vector<dist::Component> asked, Inventory seen);

    /// `component remove`, `target remove`. Removes the components that are installed, and then
    /// throws an error that names the others. `seen` as for add_components().
    task::awaitable<void> remove_components(dist::ToolchainName name,
                                            std::vector<dist::Component> asked, Inventory seen);

    /// What a channel has now.
    struct Release {
        std::string manifest_hash;  ///< SHA-256, hex.
        dist::Manifest manifest;
    };
    /// Throws: Errc::not_found, `no release found for …`; Errc::corrupt, `checksum failed for …`.
    task::awaitable<Release> find_release(dist::ToolchainName name);

    /// `toolchain rollback`: makes the toolchain what an entry of its history says; `to` empty: the
    /// newest entry of another release, before the one at which the toolchain is. Then no update
    /// changes it until release_hold().
    ///
    /// Throws: Errc::not_found: not installed, no such entry, or the server has its manifest no
    ///         more; Errc::corrupt if that manifest is another by now; Errc::unsupported for a
    ///         linked toolchain, one of a base home, one of before 2016, an entry without release
    ///         or components.
    task::awaitable<RolledBack> rollback(dist::ToolchainName name, std::optional<std::uint64_t> to);

    /// `update --unhold`: updates may change the toolchain again. False: it was not held.
    task::awaitable<bool> release_hold(dist::ToolchainName name);

    /// Removes a toolchain, or the link to one, and reports it. False: there was none.
    ///
    /// Shape:  `name` is a directory's name under `toolchains/`.
    /// Throws: Errc::unsupported if only a base home has it.
    task::awaitable<bool> uninstall(std::string name);

    /// As uninstall(), and reports nothing, if `wanted` still says so. False: it did not, or there
    /// was no such toolchain.
    ///
    /// Requires: `wanted` waits for no range. It runs under `toolchain`, just before the commit.
    task::awaitable<bool> uninstall_if(std::string name,
                                       std::function<bool(const OnWorker&)> wanted);

    /// `toolchain link`: makes the name a link to a toolchain of the user's. Replaces what had the
    /// name before.
    task::awaitable<void> link(std::string name, std::string target);

    /// Finishes what earlier commands had to leave because somebody used it. Reports nothing, and
    /// does nothing if nothing is left.
    task::awaitable<void> clean_up_if_needed();

    /// Verifies a toolchain whose files may not have reached the disk before the machine went down:
    /// reads the files that are not known to be there, and fetches damaged components anew. Reports
    /// it only if there are files to read. Warns if a component cannot be repaired.
    ///
    /// Shape: `name` is a directory's name under `toolchains/`, or a path. A path is not verified.
    task::awaitable<void> verify(std::string name);

    /// What is installed, for `component list`. `known` is the manifest of an earlier inventory.
    ///
    /// Throws: Errc::not_found, rustup's texts: not installed, no manifest, no components.
    task::awaitable<Inventory> load_inventory(dist::ToolchainName name, KnownManifest known);
    task::awaitable<Inventory> load_inventory(dist::ToolchainName name);

    /// The first line that a toolchain's `rustc --version` prints. If there is none: rustup's text
    /// for that, such as "(toolchain not installed)" or "(error reading rustc version)".
    ///
    /// Shape: `name` is a directory's name under `toolchains/`, or the path of a toolchain.
    task::awaitable<std::string> rustc_version(std::string name);

    /// The result of check().
    struct Available {
        std::optional<std::string> installed_version;
        std::optional<std::string> available_version;  ///< Empty: up to date.
        bool held = false;                             ///< By a rollback: no update brings it.
    };
    /// `check`: asks the channel of an installed toolchain what it has, and changes nothing.
    task::awaitable<Available> check(dist::ToolchainName name);

    /// Brings trees of an installed toolchain's components from anywhere but its own directory and
    /// the places `avoided`: from another toolchain, or from the server.
    ///
    /// Throws: what a change that needs these components throws.
    task::awaitable<std::vector<TreeCopy>> bring_copies(std::string toolchain,
                                                        std::vector<dist::Component> components,
                                                        std::set<std::string> avoided);

    /// The text of the manifest with this SHA-256, as it lies in a toolchain. Empty: the server has
    /// another one by now. `date`: of the release, if that is known.
    task::awaitable<std::optional<std::string>> find_manifest(dist::ToolchainName name,
                                                              std::string hash,
                                                              std::optional<std::string> date);

    /// The exclusive range of a toolchain's name; waits for it, and says so.
    task::awaitable<lock::LockSet> lock_toolchain(std::string toolchain);

    /// What comes behind every change.
    task::awaitable<void> clean_up_after(std::string toolchain);

    /// Empties `downloads/` and `tmp/`, except for files that a running process works on.
    task::awaitable<void> clean_downloads();

private:
    std::unique_ptr<Services> services_;
};

}  // namespace latchkey::toolchain
