#pragma once

#include <string>

#include "latchkey/base/permit.hpp"

namespace latchkey::platform {

/// Makes a copy of `from`, whatever it is, with everything in it: modes, times of files, symlinks as
/// they are written. Files that are hard links of each other below `from` are so below `to`.
/// Sockets, pipes and devices are left out.
///
/// Requires: `to` does not exist, its folder does.
/// Throws:   Errc::not_found, Errc::no_room, Errc::io; the cancellation. What was copied stays.
void copy_tree(const OnWorker& on, const std::string& from, const std::string& to);

}  // namespace latchkey::platform
