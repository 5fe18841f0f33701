#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/state.hpp"

namespace latchkey::store {

/// Moves pending components into the current directory and lists them.
///
/// Throws: Errc::io.
///
/// Locks: `toolchain`, exclusive.
void bring_pending(const OnWorker& on, const Home& home, const std::string& toolchain, State& state,
                   const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
