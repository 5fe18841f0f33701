#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/toolchain/installed_manifest.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// What a toolchain's name stands for. Held, so it stays as it is while this lives.
struct Reading {
    store::Current current;
    std::optional<lock::LockSet> reader;  ///< `directory` and `use` of all; empty if not installed.
    std::string directory;                ///< Empty if absent.
};

/// Reads and holds a toolchain, to run its rustc. Waits for nobody.
task::awaitable<Reading> read_current(Services& services, std::string toolchain);

/// A toolchain as it is now.
struct Snapshot {
    store::Current current;
    std::string directory;  ///< Empty if absent.

    /// In the order of the configuration. A component that rustup or a hand put there has no tree.
    std::vector<store::StateComponent> components;
    bool changed_by_others = false;  ///< There is a state, and it does not describe the directory.

    bool has_files = false;           ///< The directory is not empty.
    bool has_config = false;          ///< multirust-config.toml is there.
    bool anything_installed = false;  ///< lib/rustlib/components names something.
    bool combined = false;            ///< Of before 2016: without configuration and manifest.
    /// Has a manifest or is combined. If a compiler is listed, it is there and executable.
    bool usable = false;
    KnownManifest installed_manifest;  ///< Null: there is none.
    std::string manifest_hash;         ///< From the state. Empty: not known.

    [[nodiscard]] bool installed() const { return current.installed(); }
    /// Null: there is none, or it does not parse.
    [[nodiscard]] const dist::Manifest* manifest() const {
        return installed_manifest && installed_manifest->parsed ? &*installed_manifest->parsed
                                                                : nullptr;
    }
    [[nodiscard]] std::vector<dist::Component> component_list() const;
};

/// The update hash (20 digits) of the manifest that a toolchain was made from. Comes from its
/// state, or from update-hashes/ if no state describes the directory. Empty: not known, or the file
/// in update-hashes/ is not what the state says, or cannot be read.
std::optional<std::string> find_update_hash(const store::Home& home, const std::string& toolchain,
                                            const Snapshot& snapshot);

/// As find_update_hash(), but a failure becomes the warning `can't read update hash …, can't skip
/// update`, and the answer is empty. Empty also if the wishes of the options are not met: then the
/// channel's manifest is needed, whatever release it is of.
std::optional<std::string> find_known_hash(Services& services, const std::string& toolchain,
                                           const Snapshot& snapshot);

/// The date of the manifest that a toolchain has, for ask_in_turn(). Empty if any manifest will do:
/// the toolchain has none or is damaged, or its name has a date and so only one release.
std::string oldest_date_of(const dist::ToolchainName& name, const Snapshot& snapshot);

/// Whether a toolchain has what a user wants of it, as far as its release has that.
bool has_wishes(const Snapshot& snapshot, const std::string& toolchain,
                const dist::ComponentWishes& wishes);

/// What a snapshot is for. `release`: only to know which release is installed. A list of components
/// that cannot be read then makes the snapshot unusable, instead of an error. `components`: only to
/// know what the toolchain has and could have. The manifest of a directory that the state describes
/// was parsed when it came, so only what concerns the toolchain's target is parsed again. `list`: of
/// that only dist::component_statuses().
enum class Question { everything, release, components, list };

/// Reads a toolchain on a worker. Waits for nobody.
///
/// Throws: Errc::corrupt, Errc::io; Errc::unsupported for metadata of another version.
task::awaitable<Snapshot> load_snapshot(Services& services, std::string toolchain,
                                        KnownManifest known,
                                        Question question = Question::everything);

/// Reads a toolchain, for callers that are on a worker. While `toolchain` is held, what it returns
/// stays true.
Snapshot load_snapshot_now(const store::Home& home, const std::string& toolchain,
                           KnownManifest known, Question question = Question::everything);

}  // namespace latchkey::toolchain
