#pragma once

#include "latchkey/base/permit.hpp"
#include "latchkey/dist/home_layout.hpp"

namespace latchkey::upkeep {

/// What move_home() found.
enum class HomeMove {
    done,       ///< The home has moved, or a killed move was brought to its end.
    not_needed  ///< It is there already.
};

/// Moves a home from one layout to the other.
///
/// One step decides: the folder of the toolchains, with all that Latchkey keeps beside them, takes
/// its new place by a rename or, on another file system, as a whole copy. What else the new layout
/// needs is there before; what the old one leaves is removed after. Killed anywhere, the home is
/// whole by the old layout or by the new one, and the next call goes on.
///
/// Nothing of a home at the new place is overwritten but one without toolchains and with settings
/// that nobody has changed.
///
/// Throws: Errc::busy, naming who holds ranges, if anybody does, here or at the new place, if
///         processes use files in it, or if rustup is at work; Errc::not_found if there is no home;
///         Errc::usage if there are homes at both places, something else is in the way, or
///         `cargo_home` lies in it; Errc::no_room, Errc::io.
/// Locks:  takes both homes' whole lock files, only by trying.
HomeMove move_home(const OnWorker& on, const dist::HomeLayout& from, const dist::HomeLayout& to,
                   const std::string& cargo_home);

}  // namespace latchkey::upkeep
