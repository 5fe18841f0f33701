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

constexpr std::size_t max_links(bool installed) {
    return installed ? kMaxLinks : 0;
}

/// Whether former generations stay that a record keeps.
enum class Records { count, are_given_up };

/// Removes each generation that the state does not name and nobody runs from, but for those of
/// list_spared(). While the toolchain is installed, a link to home takes its place. Then forgets a
/// name of which nothing is left.
///
/// True: only the current generation is left, and what is to be kept.
/// Locks: `toolchain`, exclusive. Takes `directory` of each generation, only by trying.
bool retire(const OnWorker& on, const Home& home, const std::string& toolchain, Records records,
            Junk& junk, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
