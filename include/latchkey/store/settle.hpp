#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"

namespace latchkey::store {

/// Makes home what the state says, if nobody runs from what is there: a clone of the generation
/// away, by hard links, takes its place by one exchange, and becomes current under a number of its
/// own. Of a removed toolchain the directory goes; of a linked one the link takes its place.
///
/// Where directories cannot be exchanged, the old one is renamed away first; where it cannot be
/// renamed, it is deleted in place, after the state says so. On another device home becomes a link
/// to the one away, or, with `may_copy`, a copy.
///
/// True: home is what the state says.
/// Throws: Errc::io.
/// Locks:  `toolchain`, exclusive. Takes `directory` of home, only by trying.
bool settle(const OnWorker& on, const Home& home, const std::string& toolchain, bool may_copy,
            Junk& junk, const lock::LockSet& toolchain_lock);

/// How many links of retired generations a toolchain keeps, for paths that somebody remembers.
inline constexpr std::size_t kMaxLinks = 4;

/// Takes away each generation that the state does not name and nobody runs from, leaving a link to
/// home where there is a toolchain; then forgets a name of which nothing is left.
///
/// True: nothing that is not current is left.
/// Locks: `toolchain`, exclusive. Takes `directory` of each, only by trying.
bool retire(const OnWorker& on, const Home& home, const std::string& toolchain, Junk& junk,
            const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
