#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Deletes trees that arrived and nobody came for, and what is known of trees that no toolchain
/// has.
///
/// Locks: takes `pin` and `unpack` of each, only by trying.
void collect(const OnWorker& on, const Home& home);

/// Every tree that a toolchain has. Empty optional is no answer: a state could not be read, so
/// nothing may be deleted.
std::optional<std::set<std::string>> find_references(const Home& home);

/// How a clean-up is done, and what it tells.
struct CleanUp {
    bool may_copy = false;  ///< RUSTUP_PERMIT_COPY_RENAME.
    /// Is told why a step could not be done. Each step is for itself: the others go on.
    std::function<void(const Error&)> failed;
};

/// Deletes what killed processes left in staging. What another user made and this one cannot delete
/// is put aside, told once, and tried again by later sweeps.
///
/// Locks: takes the range that guards each, only by trying, and holds it while it deletes.
void sweep(const OnWorker& on, const Home& home, const CleanUp& how);

/// Ends what changes left to be done when nobody is in the way: takes out, brings in, settles,
/// retires, sweeps, collects. What is busy is left for the next command.
///
/// Locks: none held by the caller exclusively. Takes `toolchain` and all others only by trying.
void clean_up(const OnWorker& on, const Home& home, const CleanUp& how);

/// Frees what little a toolchain can do without, so that something can be written on a full disk to
/// take more away: its history; if it is about to go as a whole, also what is known of trees that
/// only it has. False: nothing was there.
///
/// Locks: `toolchain`, exclusive; or none where a moment's history may be lost.
bool make_room(const Home& home, const std::string& toolchain, bool uninstalls);

/// Whether there may be something for `clean_up` to do: a few looks at folders, and at the states.
bool is_anything_left(const Home& home);

}  // namespace latchkey::store
