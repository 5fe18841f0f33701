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
    std::uint64_t serial = 0;
    std::string when;     ///< RFC 3339, UTC.
    std::string command;  ///< The command line that made it.
    std::string what;     ///< "install", "update", "change", "uninstall", "link", "adopt".
    std::uint64_t number = 0;
    std::string word;
    std::string manifest_hash;
    std::vector<StateComponent> components;
};

/// Replaces the state, which is the commit, and writes its entry of the history right before; the
/// disk has the state first. Drops the oldest entries beyond the limit.
///
/// Locks: `toolchain`, exclusive.
void commit_state(const Home& home, const std::string& toolchain, const State& state,
                  const std::string& what, const std::string& command,
                  const lock::LockSet& toolchain_lock);

/// Throws: Errc::corrupt naming `shown_path`.
HistoryEntry parse_history_entry(std::string_view text, const std::string& shown_path);

/// Sorted by serial. What cannot be read is left out.
std::vector<HistoryEntry> load_history(const Home& home, const std::string& toolchain);

}  // namespace latchkey::store
