#pragma once

#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/junk.hpp"
#include "latchkey/store/state.hpp"
#include "ownership.hpp"

namespace latchkey::store {

/// Where whole folders of leaving components lie while it is sorted out what of them is the user's:
/// at their paths of the toolchain. So a removal is to be seen after one rename, however many files
/// go.
std::string leaving_folder(const Home& home, const std::string& toolchain);

/// Takes the folders that a leaving component's list names whole out of the toolchain's directory.
/// A folder stays if another component has something in it, or it cannot be renamed.
///
/// The folders that went, as the list names them.
/// Throws: Errc::io; Errc::corrupt.
/// Locks:  `toolchain`, exclusive; `use` of the component and of all, so that nobody loads it.
std::vector<std::string> take_whole_folders(const Home& home, const std::string& toolchain,
                                            const State& state, const dist::Component& leaving);

/// Gives the user back what is not `theirs` in these folders, into `directory`; the rest goes into
/// the junk.
///
/// Throws: Errc::io.
/// Locks:  `toolchain`, exclusive.
void give_back_others(const OnWorker& on, const Home& home, const std::string& toolchain,
                      const std::string& directory, const Ownership& theirs, Junk& junk);

/// The same for what a killed command left, into the toolchain's directory of now. Goes before any
/// change that the user's files have to outlive. What was taken from a toolchain that is removed by
/// now goes whole.
///
/// Throws: Errc::io; Errc::unsupported.
/// Locks:  `toolchain`, exclusive.
void give_back_left(const OnWorker& on, const Home& home, const std::string& toolchain, Junk& junk);

}  // namespace latchkey::store
