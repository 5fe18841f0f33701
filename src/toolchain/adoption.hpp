#pragma once

#include <string>

#include "materialise.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// Gives every component of the snapshot that has no tree one, made of hard links to what lies in
/// the toolchain's directory, and collects into one more tree the files that no component owns.
///
/// Fills `snapshot.components` and `snapshot.carried`; pins the trees.
task::awaitable<void> adopt_components(Services& services, std::string toolchain,
                                       Snapshot& snapshot, Pins& pins);

}  // namespace latchkey::toolchain
