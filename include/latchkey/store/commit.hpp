#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/record.hpp"

namespace latchkey::store {

/// A generation to be: what it holds, and the texts that rustup keeps in a toolchain.
struct NewGeneration {
    std::vector<RecordComponent> components;  ///< In the order of multirust-config.toml.
    std::optional<std::string> carried;
    /// multirust-channel-manifest.toml; null: none.
    std::shared_ptr<const std::string> channel_manifest;
    std::string manifest_hash;  ///< SHA-256 of the channel manifest as served; may be empty.
    std::optional<std::string> update_hash;  ///< For update-hashes/; empty: leave the file alone.
    std::string command;
    /// The generation before is one that we made, and as we made it: its files are on the disk, and
    /// those that would be the same serve again.
    bool resembles_last = false;
};

/// Publishes a generation and makes it current by one rename(2).
///
/// Order: the record, the proxy table, the directory composed in staging and renamed, the name, the
/// update hash. Killed anywhere, the name stands for the old generation or for the new one.
///
/// Requires: `expected` is what the name stands for (it is asked again here); `plain` must have
/// been
///           adopted before.
/// Returns:  the number; empty where the name has moved since: plan again.
/// Throws:   as compose; Errc::io. Nothing is current then that was not before.
/// Locks:    `toolchain`, exclusive; every tree pinned.
std::optional<std::uint64_t> commit(const OnWorker& on, const Home& home,
                                    const std::string& toolchain, const Current& expected,
                                    const NewGeneration& generation,
                                    const lock::LockSet& toolchain_lock);

/// Uninstalls: a record that says "removed", then the update hash and the name go. A link to
/// somewhere else is only unlinked. A plain directory is moved to staging and deleted.
///
/// Returns: false where the name has moved since.
/// Locks:   `toolchain`, exclusive.
bool commit_removal(const OnWorker& on, const Home& home, const std::string& toolchain,
                    const Current& expected, const std::string& command,
                    const lock::LockSet& toolchain_lock);

/// Writes down that everything of the current generation is on the disk, so that no boot makes
/// anybody verify it: into the index of each of its trees, then into its proxy table. What is busy
/// is passed over.
///
/// It is made when the generation has been committed. Then the file system is synced, and with it
/// the table as it is to be, which has no name yet.
class SyncMark {
public:
    /// Throws: Errc::io; Errc::corrupt for a damaged record.
    SyncMark(Home home, std::string toolchain, std::uint64_t number);

    /// Requires: a sync of the file system that began after this was made has succeeded.
    /// Locks:    takes `unpack` and `toolchain`, only by trying.
    void set() const;

private:
    [[nodiscard]] bool mark_trees() const;

    Home home_;
    std::string toolchain_;
    std::uint64_t number_;
    std::optional<Record> record_;
    std::string table_;                 ///< The text.
    std::optional<platform::Fd> file_;  ///< That has it; empty where there are no such files.
};

/// Makes rustup's directory a generation, whole, by exchanging its name with a symlink.
///
/// Returns: false where the name is no plain directory any more.
/// Locks:   `toolchain`, exclusive.
bool adopt(const OnWorker& on, const Home& home, const std::string& toolchain,
           const std::vector<RecordComponent>& components,
           const std::optional<std::string>& carried, const std::string& command,
           const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
