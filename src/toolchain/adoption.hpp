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

/// Marks the trees of a generation that are not as they were written. A program that changes the
/// generation in place reaches through its links to directories, into the store: what it deleted
/// there must not be found whole by the next change. True: there were such trees.
bool mark_damage(const OnWorker& on, const store::Home& home, const std::string& toolchain,
                 std::uint64_t number);

}  // namespace latchkey::toolchain
