#pragma once

#include <cstdint>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/committed.hpp"
#include "latchkey/store/former.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"

namespace latchkey::store {

/// What a rollback to a former generation is asked for.
struct ReturnOrder {
    std::string word;           ///< Of the former generation.
    std::uint64_t held_at = 0;  ///< State::held.
    std::string command;
    bool may_copy = false;  ///< RUSTUP_PERMIT_COPY_RENAME.
};

/// Makes a former generation current again, where it is: a new state, and nothing is written into a
/// directory before it. Then settles it as an update is settled.
///
/// If the generation that is current lives away, files of the user's in it are linked into the
/// former one first; those at home come by settling.
///
/// Requires: `expected_version` is the Current::version that the order was made from.
/// Returns: supply_gone if the former generation is gone, or is not what its record says.
/// Throws:  Errc::io. Tools then see the toolchain as before.
/// Locks:   `toolchain`, exclusive. Takes `directory` of home, only by trying.
Committed commit_rollback(const OnWorker& on, const Home& home, const std::string& toolchain,
                          const std::string& expected_version, const ReturnOrder& order, Junk& junk,
                          const lock::LockSet& toolchain_lock);

/// Says in the state where the toolchain is held, or, empty, that updates may change it again.
/// False: there is no state to say it in, or nothing to change.
///
/// Locks: `toolchain`, exclusive.
bool commit_hold(const Home& home, const std::string& toolchain,
                 const std::optional<std::uint64_t>& held_at, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
