#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Deletes the files of partial components that no tool holds from the current generation: what a
/// removal left, and what a killed addition brought. Afterwards rustup's notes list what the state
/// lists.
///
/// If the component was being added, deletes only files that are as they were unpacked. Anything
/// else at their paths is the user's.
///
/// True: no partial component is left.
/// Throws: Errc::io.
/// Locks:  `toolchain`, exclusive. Takes `use` of each component and of `*`, only by trying.
bool take_out(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
              Junk& junk, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
