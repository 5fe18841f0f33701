#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The toolchains whose directory at home is not what is current, or that have more than that: what
/// a clean-up could not end, as somebody is in the way. Sorted.
std::vector<std::string> find_unsettled(const Home& home);

/// Deletes `latchkey/` with all that is in it, and the tags in the toolchains: then the home is
/// rustup's. False, and nothing deleted: somebody works with it, or a toolchain is not settled.
///
/// Requires: this process holds no range.
/// Locks:    takes the whole lock file, only by trying: so it meets processes of other users and
///           containers too.
bool remove_latchkey(const OnWorker& on, const Home& home);

}  // namespace latchkey::store
