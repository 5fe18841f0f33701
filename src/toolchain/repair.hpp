#pragma once

#include <string>

#include "services.hpp"

namespace latchkey::toolchain {

/// Before anybody builds on a toolchain's current generation: if it is not known to be on the disk
/// and the machine was booted since, each of its trees is read; then what is damaged, or was found
/// so before, is fetched anew, for every toolchain that names it. Nothing damaged: only marks, so
/// that nobody reads it again.
///
/// Where this process may change nothing, it verifies nothing.
///
/// Throws: `could not repair toolchain …`; nothing is repaired then.
/// Waits:  for nobody but a collector, unless there is something to repair.
task::awaitable<void> make_whole(Services& services, std::string toolchain);

/// Gives every toolchain that names a tree marked as damaged a new generation with a sound one.
/// What else that generation is made of is read first, where it is not known to be on the disk. A
/// toolchain that cannot be repaired is warned of.
task::awaitable<void> repair_others(Services& services);

}  // namespace latchkey::toolchain
