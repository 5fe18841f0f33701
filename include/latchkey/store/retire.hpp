#pragma once

#include <cstddef>
#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"

namespace latchkey::store {

/// How many links of retired generations a toolchain keeps, for programs that remember a path.
inline constexpr std::size_t kMaxLinks = 4;

/// Removes each generation that the state does not name and nobody runs from. While the toolchain
/// is installed, a link to home takes its place. Then forgets a name of which nothing is left.
///
/// True: only the current generation is left.
/// Locks: `toolchain`, exclusive. Takes `directory` of each generation, only by trying.
bool retire(const OnWorker& on, const Home& home, const std::string& toolchain, Junk& junk,
            const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
