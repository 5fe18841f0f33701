#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/profile.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/net/client.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/task/loop.hpp"
#include "latchkey/toolchain/engine_options.hpp"
#include "latchkey/toolchain/installed_manifest.hpp"
#include "latchkey/toolchain/news.hpp"
#include "latchkey/toolchain/reporter.hpp"

namespace latchkey::toolchain {

struct Services;

/// What `install` and `update` are asked for.
struct InstallRequest {
    std::optional<dist::Profile> profile;  ///< Of a fresh toolchain only.
    std::vector<std::string> components;   ///< Short or internal names, without target.
    std::vector<std::string> targets;
    bool force = false;            ///< Go on without what cannot be downloaded.
    bool allow_downgrade = false;  ///< A nightly older than the installed one will do.
    /// Leave a toolchain as it is that is there by now: to start a tool never updates.
    bool only_if_absent = false;
    /// What Engine::find_news found. Empty: the server is asked.
    std::optional<News> news;
    /// Awaited when everything is in the store and the commit is due; `fresh`: of a toolchain that
    /// was not there. What it throws ends the install without a commit. May be empty, and may be
    /// called again when somebody else has committed meanwhile.
    std::function<task::awaitable<void>(bool fresh)> before_commit;
};

/// How an install, update or change of components ended.
struct Outcome {
    enum class Status { installed, updated, unchanged };
    Status status = Status::unchanged;
    /// The first line of `rustc --version` before the update; still so if nothing has changed.
    std::optional<std::string> old_version;
};

/// What a toolchain has and could have, as of one commit.
struct Inventory {
    KnownManifest installed_manifest;         ///< Not null, and parsed.
    std::vector<dist::Component> components;  ///< Installed, in the order of the file.

    [[nodiscard]] const dist::Manifest& manifest() const { return *installed_manifest->parsed; }
};

/// Changes toolchains: plan, materialise, commit, clean up.
///
/// Any number of engines, in any number of processes, may work on one home. Each change sees the
/// toolchain as it is when it commits; a toolchain that moved meanwhile is planned again.
///
/// Thread: the loop's. Outlives its tasks.
/// Throws: every change throws what dist, net, archive and store throw, in rustup's words where it
///         has some; the cancellation. A change that throws has changed nothing.
class Engine {
public:
    Engine(task::Loop& loop, net::Client& client, store::Home home, EngineOptions options,
           Reporter& reporter);
    /// One more engine beside `family`, whose downloads count as the same process's, with somebody
    /// else to tell. Does not outlive what `family` was made from.
    Engine(const Engine& family, Reporter& reporter);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Installs a toolchain that is not there, or brings it to what the channel has now. Says
    /// `syncing channel updates for …` and what follows, as rustup does.
    ///
    /// Throws: Errc::busy where rustup is making it right now; Errc::corrupt, `checksum failed for
    ///         …` for a manifest that is not as its checksum says.
    task::awaitable<Outcome> install(dist::ToolchainName name, InstallRequest request);

    /// Of these, the toolchains that rustup itself is making right now.
    task::awaitable<std::vector<dist::ToolchainName>> find_half_made(
        std::vector<dist::ToolchainName> names);

    /// What the channels of installed toolchains have, all asked at once, in the order of the
    /// names. Says only what rustup says of hashes: `can't read update hash …`, and why a checksum
    /// may be wrong.
    ///
    /// Throws: only the cancellation: what is wrong with one channel is its News::failure.
    task::awaitable<std::vector<News>> find_news(std::vector<dist::ToolchainName> names);

    /// `component add`, `target add`: by internal package and target, as asked for. All or nothing;
    /// a name given twice counts once. `seen` spares another look at the manifest, and may be old.
    task::awaitable<void> add_components(dist::ToolchainName name,
                                         std::vector<dist::Component> asked, Inventory seen);

    /// `component remove`, `target remove`. What is not there is told when the others are gone.
    task::awaitable<void> remove_components(dist::ToolchainName name,
                                            std::vector<dist::Component> asked, Inventory seen);

    /// Removes a toolchain or the link to one, and says so. False: nothing was there.
    /// `name` is a directory's name under `toolchains/`.
    task::awaitable<bool> uninstall(std::string name);

    /// `toolchain link`: the name becomes a link to a toolchain of the user's, whatever it was.
    task::awaitable<void> link(std::string name, std::string target);

    /// Ends what earlier commands had to leave, as somebody was in the way. Says nothing, and does
    /// nothing where nothing is left.
    task::awaitable<void> clean_up_if_needed();

    /// Makes sure that a toolchain which was written before the machine went down is on the disk as
    /// it was written, before anything of it is run: reads what is not known to be, and fetches
    /// anew what is damaged. Says so only if there is something to read; what cannot be repaired is
    /// warned of. `name` is a directory's name under `toolchains/`, or a path, of which nothing is
    /// known.
    task::awaitable<void> verify(std::string name);

    /// What is installed, for `component list`. `known` comes from an earlier look.
    ///
    /// Throws: Errc::not_found, rustup's texts: not installed, no manifest, no components.
    task::awaitable<Inventory> load_inventory(dist::ToolchainName name, KnownManifest known);
    task::awaitable<Inventory> load_inventory(dist::ToolchainName name);

    /// The first line that `rustc --version` of a toolchain prints, or rustup's texts for when it
    /// cannot: "(toolchain not installed)", "(error reading rustc version)" …
    /// `name` is a directory's name under `toolchains/`, or the path of a toolchain.
    task::awaitable<std::string> rustc_version(std::string name);

    /// `check`: what the channel has. Empty where the update hash says that nothing is new.
    struct Available {
        std::optional<std::string> installed_version;
        std::optional<std::string> available_version;  ///< Empty: up to date.
    };
    task::awaitable<Available> check(dist::ToolchainName name);

    /// Empties `downloads/` and `tmp/`, but for what a running process works on.
    task::awaitable<void> clean_downloads();

private:
    std::unique_ptr<Services> services_;
};

}  // namespace latchkey::toolchain
