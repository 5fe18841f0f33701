#pragma once

#include <string>

#include "services.hpp"

namespace latchkey::toolchain {

/// Before anybody builds on a toolchain: if this machine wrote it, and was restarted before all of
/// it was known to be on the disk, its files are read; components that are damaged are fetched
/// anew, into a new generation. Nothing damaged: only a mark, so that nobody reads it again.
///
/// Where this process may change nothing, it verifies nothing. What cannot be repaired is warned
/// of, once a boot; the toolchain is run as it is.
///
/// Waits: for nobody, unless there is something to repair.
task::awaitable<void> make_whole(Services& services, std::string toolchain);

}  // namespace latchkey::toolchain
