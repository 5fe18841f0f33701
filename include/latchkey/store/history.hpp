#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// How many entries the history of a toolchain keeps.
inline constexpr std::size_t kMaxHistory = 64;

/// CommitRecord::what of a return to an earlier entry.
inline constexpr std::string_view kRollback = "rollback";

/// One commit, in `latchkey/toolchains/<t>/history/<serial>.json`: what a rollback may return to.
/// Where the state is lost, numbers and serials count on from the newest. Nothing else depends on
/// it.
struct HistoryEntry {
    CommitRecord record;
    std::uint64_t number = 0;
    std::string word;
    std::string manifest_hash;
    std::optional<Release> release;        ///< Empty: an entry of an earlier version.
    std::string manifest;                  ///< Where a server has the manifest; may be empty.
    std::optional<std::uint64_t> held_at;  ///< A rollback: the entry that it went back to.
    std::vector<StateComponent> components;
};

/// Where a server has the manifest of a toolchain's release, beside the channel's newest:
/// `dist/2026-04-16/channel-rust-stable.toml`. Empty: the name is not a channel's.
std::string dated_manifest(const std::string& toolchain, const std::string& date);

/// The serial of the state after `before`. If that has none (it is 0), because no state was written
/// or it is lost: above all that the history remembers, so that no entry is taken for another.
///
/// Locks: `toolchain`, exclusive.
std::uint64_t next_serial(const Home& home, const std::string& toolchain, const State& before);

/// Makes the state the record of a commit made now.
void record_commit(State& state, const std::string& what, const std::string& command);

/// Adds the state's last commit to the history and drops the oldest entries beyond the limit. A
/// state is saved before its entry, so no entry tells of a change that was not made. A failure is
/// not an error: the next commit tries again.
///
/// Locks: `toolchain`, exclusive.
void file_record(const Home& home, const std::string& toolchain, const State& state);

/// Does file_record() for the state on the disk, unless it has its entry: call it before that state
/// is replaced or deleted. A fresh install that was killed before its directory came gets no entry.
///
/// Locks: `toolchain`, exclusive.
void file_record_if_in_effect(const Home& home, const std::string& toolchain);

/// Throws: Errc::corrupt naming `shown_path`.
HistoryEntry parse_history_entry(std::string_view text, const std::string& shown_path);

/// All entries, sorted by serial. Entries that are damaged are left out.
///
/// Throws: Errc::io.
std::vector<HistoryEntry> load_history(const Home& home, const std::string& toolchain);

}  // namespace latchkey::store
