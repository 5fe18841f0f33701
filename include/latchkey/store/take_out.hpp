#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Takes out of the current generation what is partial and nobody may load: what a removal left,
/// and what a killed addition brought. Then rustup's notes say again what the state lists.
///
/// What was being added loses only files that are as they were unpacked; anything else at their
/// paths is the user's.
///
/// True: nothing partial is left.
/// Throws: Errc::io.
/// Locks:  `toolchain`, exclusive. Takes `use` of each and of all, only by trying.
bool take_out(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
              Junk& junk, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
