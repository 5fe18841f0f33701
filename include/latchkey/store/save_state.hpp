#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Replaces the state by one rename, after the disk has its text. If the process that made the last
/// commit was killed before the history got its entry, the entry is added first; see file_record().
///
/// Throws: Errc::io, Errc::no_room. The state is as before.
///
/// Locks: `toolchain`, exclusive.
void save_state(const Home& home, const std::string& toolchain, const State& state,
                const lock::LockSet& toolchain_lock);

/// Commits: records the commit in the state, replaces the state, and files the record in the
/// history.
///
/// Throws: as save_state().
///
/// Locks: `toolchain`, exclusive.
void commit_state(const Home& home, const std::string& toolchain, State& state,
                  const std::string& what, const std::string& command,
                  const lock::LockSet& toolchain_lock);

/// Deletes the toolchain's folder, the state last: what is remembered beside it would be taken for
/// the past of the next toolchain of this name.
///
/// Throws: Errc::io. What is left has its state.
///
/// Locks: `toolchain`, exclusive.
void forget_state(const OnWorker& on, const Home& home, const std::string& toolchain,
                  const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
