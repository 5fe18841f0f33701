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

/// What a toolchain's name stands for, held so that it stays while this lives.
struct Reading {
    store::Current current;
    std::optional<lock::LockSet> reader;  ///< `directory` and `use` of all; empty if not installed.
    std::string directory;                ///< Empty if absent.
};

/// For who runs a tool of it. Waits for nobody.
task::awaitable<Reading> read_current(Services& services, std::string toolchain);

/// A toolchain as it is now.
struct Snapshot {
    store::Current current;
    std::string directory;  ///< Empty if absent.

    /// In the order of the configuration. The tree is empty where rustup or a hand put it there.
    std::vector<store::StateComponent> components;
    bool changed_by_others = false;  ///< There is a state, and the directory is not as it says.

    bool has_files = false;           ///< It is more than an empty folder.
    bool has_config = false;          ///< multirust-config.toml is there.
    bool anything_installed = false;  ///< lib/rustlib/components names something.
    bool combined = false;            ///< Of before 2016: without configuration and manifest.
    /// It has a manifest, or is combined, and, if it lists one, a compiler that could be executed.
    bool usable = false;
    KnownManifest installed_manifest;  ///< Null: there is none.
    std::string manifest_hash;         ///< As the state has it; empty: not known.

    [[nodiscard]] bool installed() const { return current.installed(); }
    /// Null where it is not there or does not parse.
    [[nodiscard]] const dist::Manifest* manifest() const {
        return installed_manifest && installed_manifest->parsed ? &*installed_manifest->parsed
                                                                : nullptr;
    }
    [[nodiscard]] std::vector<dist::Component> component_list() const;
};

/// What the toolchain was made from, 20 digits: by its state, or, of a directory that no state
/// describes, by update-hashes/. Empty where that is not known, or where a file that the state
/// knows of was changed, deleted, or cannot be read.
std::optional<std::string> find_update_hash(const store::Home& home, const std::string& toolchain,
                                            const Snapshot& snapshot);

/// The same; what cannot be read is warned of: `can't read update hash …, can't skip update`.
std::optional<std::string> find_known_hash(Services& services, const std::string& toolchain,
                                           const Snapshot& snapshot);

/// What a snapshot is asked for. `release`: which one is installed; a list of components that
/// cannot be read makes it unusable, and is no error.
enum class Question { everything, release };

/// Waits for nobody. `known` may be the manifest; null: nothing is known of it.
///
/// Throws: Errc::corrupt, Errc::io; Errc::unsupported for metadata of another version.
task::awaitable<Snapshot> load_snapshot(Services& services, std::string toolchain,
                                        KnownManifest known,
                                        Question question = Question::everything);

/// On a worker. While `toolchain` is held it cannot move.
Snapshot load_snapshot_now(const store::Home& home, const std::string& toolchain,
                           KnownManifest known, Question question = Question::everything);

}  // namespace latchkey::toolchain
