#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/state.hpp"
#include "ownership.hpp"

namespace latchkey::store {

/// Where folders of leaving components lie, at their paths in the toolchain, until the user's files
/// in them are found. A removal thus takes effect with one rename for each folder, however many
/// files it has.
std::string leaving_folder(const Home& home, const std::string& toolchain);

/// Takes the folders that a leaving component's list names whole out of the toolchain's directory.
/// A folder stays if another component has something in it, or it cannot be renamed.
///
/// Returns: the folders that were taken, as the list names them.
/// Throws:  Errc::io; Errc::corrupt.
/// Locks:   `toolchain`, exclusive; `use` of the component and of all, so that nobody loads it.
std::vector<std::string> take_whole_folders(const Home& home, const std::string& toolchain,
                                            const State& state, const dist::Component& leaving);

/// Moves the user's files, which are those that `theirs` does not have, from the folders that were
/// taken back into `directory`. The rest goes into the junk.
///
/// Throws: Errc::io.
/// Locks:  `toolchain`, exclusive.
void give_back_others(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& directory, const Ownership& theirs, Junk& junk);

/// Does what give_back_others() does for folders that a killed command took: moves the user's files
/// into the toolchain's current directory. Must run before any change that keeps the user's files.
/// If the toolchain was uninstalled since, everything goes into the junk.
///
/// Throws: Errc::io; Errc::unsupported.
/// Locks:  `toolchain`, exclusive.
void give_back_left(const OnWorker& on, const Home& home, const std::string& toolchain, Junk& junk);

}  // namespace latchkey::store
