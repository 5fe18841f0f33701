#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"

namespace latchkey::store {

/// Makes home what the state says, if nobody runs from what is there. A clone of the generation
/// away, made of hard links, takes the place by one exchange and becomes current under its own
/// number. The directory of a removed toolchain is deleted; that of a linked one is replaced by the
/// link.
///
/// If directories cannot be exchanged, the old one is renamed away first. If it cannot be renamed,
/// it is deleted in place, after the state says that it is doomed. On another device home becomes a
/// link to the generation away or, with `may_copy`, a copy.
///
/// True: home is what the state says.
/// Throws: Errc::io, Errc::no_room; Errc::unsupported if a file of the user's at home is in the way
///         of one of the new release.
/// Locks:  `toolchain`, exclusive. Takes `directory` of home, only by trying.
bool settle(const OnWorker& on, const Home& home, const std::string& toolchain, bool may_copy,
            Junk& junk, const lock::LockSet& toolchain_lock);

}  // namespace latchkey::store
