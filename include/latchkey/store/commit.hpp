#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/committed.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/wanted.hpp"

namespace latchkey::store {

/// Changes a toolchain to what is wanted. If components of the same release are only added or
/// removed, that happens in the current directory. Otherwise a new generation is made: at home if
/// nothing is there, else away, and then settling is tried at once.
///
/// If the process is killed anywhere in it, tools see the toolchain as before or as after.
///
/// Of a toolchain that only a base home has, a new generation is made here.
///
/// Requires: the toolchain is neither linked nor foreign. `expected_version` is the
///           Current::version that the plan was made from, of examine_in_reach().
/// Throws:   Errc::corrupt, `failed to install component: 'NAME', detected conflict: 'PATH'`;
///           Errc::busy if somebody changes the base home's;
///           Errc::io. Tools then see the toolchain as before.
/// Locks:    `toolchain`, exclusive; what holds every supply. Takes `unpack` of arrived trees,
///           `use` and `directory`, only by trying.
Committed commit(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& expected_version, const Wanted& wanted, Junk& junk,
                 const lock::LockSet& toolchain_lock);

/// Uninstalls a toolchain: replaces the state, then deletes the directory, at once if nobody runs
/// from it. A link to somewhere else is only unlinked. False: nothing was installed.
///
/// Locks: `toolchain`, exclusive.
bool commit_uninstall(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& command, Junk& junk, const lock::LockSet& toolchain_lock);

/// Makes the name a link to a toolchain of the user's, whatever it was before. A directory that
/// somebody runs from stays at home until it is free; until then the state leads to the link's
/// target.
///
/// Locks: `toolchain`, exclusive.
void commit_link(const OnWorker& on, const Home& home, const std::string& toolchain,
                 const std::string& target, const std::string& command, Junk& junk,
                 const lock::LockSet& toolchain_lock);

/// Writes a state for a directory at home that no state describes, adopting it as it is.
///
/// Returns: that state.
///
/// Locks: `toolchain`, exclusive.
State take_over(const Home& home, const std::string& toolchain, const Current& current,
                const std::string& command, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
