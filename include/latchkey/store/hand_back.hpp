#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The toolchains that a clean-up could not settle because somebody is in the way: the directory at
/// home is not the current one, or there is more than that one. Sorted.
std::vector<std::string> find_unsettled(const Home& home);

/// Deletes `latchkey/` with everything in it, and the tags in the toolchains. The home is then as
/// rustup makes it. False: somebody works with the home, or a toolchain is not settled; nothing was
/// deleted.
///
/// Requires: this process holds no range.
/// Locks:    takes the whole lock file, only by trying, so it meets processes of other users and
///           containers too.
bool remove_latchkey(const OnWorker& on, const Home& home);

}  // namespace latchkey::store
