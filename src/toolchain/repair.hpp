#pragma once

#include <string>

#include "services.hpp"

namespace latchkey::toolchain {

/// Verifies a toolchain before anything is built on it. If this machine wrote the files, and went
/// down before they were known to be on the disk, reads them. Damaged components are fetched anew,
/// into a new generation. If nothing is damaged, the state notes that, so nobody reads the files
/// again.
///
/// Does nothing if this process may not change the home. Warns of what cannot be repaired, once in
/// each boot; the toolchain then runs as it is.
///
/// Waits for nobody, unless there is something to repair.
task::awaitable<void> make_whole(Services& services, std::string toolchain);

}  // namespace latchkey::toolchain
