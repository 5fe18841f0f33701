#pragma once

#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::setup {

/// What shells read when they start, and the scripts that they source.
///
/// Two that edit one file at once would both find their line missing: so all of this happens under
/// the range that guards CARGO_HOME. A file changes by one append or by platform::rewrite_file().
///
/// A line counts only if it is the whole line, whatever slashes and dots its path is written with:
/// not in a comment, not behind a condition, and not as the first thing in a block of the user's.
/// Without it that block would be empty, which shells refuse.
///
/// Requires: the lock set holds Key::cargo_home() exclusively.

/// Writes each script once into CARGO_HOME.
///
/// Throws: Errc::io in rustup's words, `could not write env file: …`.
void write_env_scripts(const lock::LockSet& cargo_home, const std::string& folder,
                       const std::vector<Shell>& shells);

/// Makes every shell source its script, unless it does already. Returns a failure for each file
/// that could not be changed, in rustup's words, `could not amend shell profile: …`.
[[nodiscard]] std::vector<Error> add_to_start_up_files(const lock::LockSet& cargo_home,
                                                       const std::vector<Shell>& shells);

/// Takes all such lines out of every file of every shell. Returns failures, `could not write rcfile
/// file: …`.
[[nodiscard]] std::vector<Error> remove_from_start_up_files(const lock::LockSet& cargo_home,
                                                            const std::vector<Shell>& shells);

/// Takes out what rustup once wrote. Returns failures, as remove_from_start_up_files().
[[nodiscard]] std::vector<Error> remove_historic_lines(const lock::LockSet& cargo_home,
                                                       const Historic& historic);

}  // namespace latchkey::setup
