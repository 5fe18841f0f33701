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

/// Makes a new generation of a toolchain: at home if nothing is there. Otherwise makes it away, and
/// tries to settle it at once. `old` is the old state, which is empty if there is none.
///
/// Locks: `toolchain`, exclusive.
Committed make_generation(const OnWorker& on, const Home& home, const std::string& toolchain,
                          const Current& current, const State& old, const Wanted& wanted,
                          Junk& junk, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
