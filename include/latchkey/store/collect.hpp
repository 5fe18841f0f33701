#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/store/retire.hpp"

namespace latchkey::store {

/// Deletes arrived trees that nobody wants any more, and the indexes of trees that no toolchain
/// has.
///
/// Locks: takes `pin` and `unpack` of each tree, only by trying.
void collect(const OnWorker& on, const Home& home);

/// Every tree that a toolchain has. An empty optional is not an empty set: a state could not be
/// read, so nothing may be deleted.
std::optional<std::set<std::string>> find_references(const Home& home);

/// How to clean up, and whom to tell.
struct CleanUp {
    bool may_copy = false;  ///< RUSTUP_PERMIT_COPY_RENAME.
    Records records = Records::count;
    /// Called with the reason why a step failed. The other steps go on.
    std::function<void(const Error&)> failed;
};

/// `could not clean up`, followed by the chain of `e`.
Error clean_up_error(const Error& e);

/// Deletes what killed processes left in staging. Files of another user that cannot be deleted are
/// put aside, reported once, and tried again by later sweeps.
///
/// Locks: takes the range that guards each folder, only by trying, and holds it while it deletes.
void sweep(const OnWorker& on, const Home& home, const CleanUp& how);

/// Does everything that earlier changes had to leave because somebody was in the way: takes out,
/// brings in pending files, settles, retires, sweeps, collects. What is still busy is left to the
/// next command.
///
/// Locks: the caller holds none exclusively. Takes `toolchain` and all others only by trying.
void clean_up(const OnWorker& on, const Home& home, const CleanUp& how);

/// Frees a little room on a full disk, so that a removal can write its state: deletes the
/// toolchain's history and, if `uninstalls`, the indexes of trees that only this toolchain has.
/// False: there was nothing to delete.
///
/// Locks: `toolchain`, exclusive; or none, if an entry that is written at the same moment may be
///        lost.
bool make_room(const Home& home, const std::string& toolchain, bool uninstalls);

/// Whether clean_up() may have something to do. Cheap: looks at a few folders and at the states.
bool is_anything_left(const Home& home);

}  // namespace latchkey::store
