#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/record.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// What a toolchain's name stands for, held so that it stays while this lives.
struct Reading {
    store::Current current;
    std::optional<lock::LockSet> reader;  ///< `generation`, shared; empty if absent or a link.
    std::string directory;  ///< The generation's own path, or the name's; empty if absent.
};

/// Waits for nobody but a collector.
task::awaitable<Reading> read_current(Services& services, std::string toolchain);

/// The record of a current generation.
///
/// Throws: Errc::corrupt with advice where it is missing or damaged; Errc::unsupported, Errc::io.
store::Record load_record(const store::Home& home, const std::string& toolchain,
                          std::uint64_t number);

/// A toolchain as it is now, read whole from one generation, which stays while this lives.
struct Snapshot {
    store::Current current;
    std::optional<lock::LockSet> reader;  ///< `generation`, shared.
    std::string directory;                ///< The generation's own path; empty if absent.

    /// In the order of the configuration. A component without a tree was put there by rustup or by
    /// hand: it must be adopted before the next generation can be composed.
    std::vector<store::RecordComponent> components;
    std::optional<std::string> carried;
    bool changed_by_others = false;  ///< It is a generation, and not as its record says.
    bool is_ours = false;            ///< It is one that we composed, and as its record says.

    bool has_config = false;          ///< multirust-config.toml is there.
    bool anything_installed = false;  ///< lib/rustlib/components names something.
    std::shared_ptr<const InstalledManifest> installed_manifest;  ///< Null: there is none.
    std::string manifest_hash;  ///< As the record has it; empty: not known.

    [[nodiscard]] bool installed() const {
        return current.kind == store::Current::Kind::generation ||
               current.kind == store::Current::Kind::plain;
    }
    /// Null where it is not there or does not parse.
    [[nodiscard]] const dist::Manifest* manifest() const {
        return installed_manifest && installed_manifest->parsed ? &*installed_manifest->parsed
                                                                : nullptr;
    }
    [[nodiscard]] std::vector<dist::Component> component_list() const;
};

/// What update-hashes/ says that the toolchain was made from, 20 digits. Empty where that file is
/// not there, or speaks of another generation: a killed change may have left it behind.
///
/// Throws: Errc::io.
std::optional<std::string> find_update_hash(const store::Home& home, const std::string& toolchain,
                                            const Snapshot& snapshot);

/// Waits for nobody but a collector.
///
/// Throws: Errc::corrupt, Errc::io; Errc::unsupported for metadata of another version.
task::awaitable<Snapshot> load_snapshot(Services& services, std::string toolchain);

/// The same for who holds the toolchain, so that it cannot move again; `known` may be the manifest.
/// Waits for nobody: empty where a collector tries the generation, and where it is none.
///
/// Requires: `toolchain_lock` holds `toolchain`, exclusively.
/// Throws: as load_snapshot().
std::optional<Snapshot> load_snapshot_again(const store::Home& home, const std::string& toolchain,
                                            std::shared_ptr<const InstalledManifest> known,
                                            const lock::LockSet& toolchain_lock);

}  // namespace latchkey::toolchain
