#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/committed.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/wanted.hpp"

namespace latchkey::store {

/// Whether a change can be made in the directory that is there: it stays at the same release, and
/// replaces no component.
bool can_be_in_place(const Home& home, const Current& current,
                     const std::vector<StateComponent>& installed, const Wanted& wanted);

/// Changes a toolchain in the directory where it is. First finishes what an earlier change has
/// left. Empty: nothing was changed, because a component that is to be added again is still
/// leaving, and its files differ from the new ones.
///
/// Locks: `toolchain`, exclusive.
std::optional<Committed> change_in_place(const OnWorker& on, const Home& home,
                                         const std::string& toolchain, const State& state,
                                         const Wanted& wanted, Junk& junk,
                                         const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
