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

/// Whether what is wanted is of the release that is there, and nothing of it is to be replaced.
bool can_be_in_place(const Home& home, const Current& current,
                     const std::vector<StateComponent>& installed, const Wanted& wanted);

/// Changes a toolchain in the directory where it is. What an earlier change left goes first. Empty:
/// a component that is still leaving is in the way of another content, so nothing was changed.
///
/// Locks: `toolchain`, exclusive.
std::optional<Committed> change_in_place(const OnWorker& on, const Home& home,
                                         const std::string& toolchain, const State& state,
                                         const Wanted& wanted, Junk& junk,
                                         const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
