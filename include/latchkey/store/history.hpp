#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// How many entries a toolchain keeps.
inline constexpr std::size_t kMaxHistory = 64;

/// One commit: `latchkey/toolchains/<t>/history/<serial>.json`. Nothing depends on it.
struct HistoryEntry {
    CommitRecord record;
    std::uint64_t number = 0;
    std::string word;
    std::string manifest_hash;
    std::vector<StateComponent> components;
};

/// Has the state say that it is a commit, of now.
void record_commit(State& state, const std::string& what, const std::string& command);

/// Gives the history the entry of the state's last commit. A state is saved before its entry is, so
/// no entry tells of what was not done. Drops the oldest entries beyond the limit.
///
/// Locks: `toolchain`, exclusive.
void file_record(const Home& home, const std::string& toolchain, const State& state);

/// The same for the state that is there, as it is about to be replaced or deleted, unless it has
/// its entry. Of a fresh install that was killed before its directory came there is nothing to
/// tell.
void file_record_if_in_effect(const Home& home, const std::string& toolchain);

/// Records the commit, replaces the state, which is the commit, and files its record.
///
/// Locks: `toolchain`, exclusive.
void commit_state(const Home& home, const std::string& toolchain, State& state,
                  const std::string& what, const std::string& command,
                  const lock::LockSet& toolchain_lock);

/// Throws: Errc::corrupt naming `shown_path`.
HistoryEntry parse_history_entry(std::string_view text, const std::string& shown_path);

/// Sorted by serial. What cannot be read is left out.
std::vector<HistoryEntry> load_history(const Home& home, const std::string& toolchain);

}  // namespace latchkey::store
