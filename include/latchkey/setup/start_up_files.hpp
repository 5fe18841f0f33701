#pragma once

#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::setup {

// The files that shells read when they start, and the scripts that these source.
//
// Two processes that edit one file at once would both find their line missing, so every function
// here needs the range that guards CARGO_HOME. A file changes by one append or by
// platform::rewrite_file().
//
// A line counts only if it is the whole line, with whatever slashes and dots in its path. It does
// not count in a comment, behind a condition, or as the first command of a block of the user's:
// without it that block could be empty, which shells refuse.
//
// Requires: the lock set holds Key::cargo_home() exclusively.

/// Writes each script once into CARGO_HOME.
///
/// Throws: Errc::io in rustup's words, `could not write env file: …`.
void write_env_scripts(const lock::LockSet& cargo_home, const std::string& folder,
                       const std::vector<Shell>& shells);

/// Makes every shell source its script, unless it does already.
///
/// Returns: a failure for each file that could not be changed, in rustup's words, `could not amend
///          shell profile: …`.
[[nodiscard]] std::vector<Error> add_to_start_up_files(const lock::LockSet& cargo_home,
                                                       const std::vector<Shell>& shells);

/// Removes all such lines from every file of every shell.
///
/// Returns: a failure for each file that could not be changed, `could not write rcfile file: …`.
[[nodiscard]] std::vector<Error> remove_from_start_up_files(const lock::LockSet& cargo_home,
                                                            const std::vector<Shell>& shells);

/// Removes the lines that rustup wrote before version 1.24.
///
/// Returns: as remove_from_start_up_files().
[[nodiscard]] std::vector<Error> remove_historic_lines(const lock::LockSet& cargo_home,
                                                       const Historic& historic);

}  // namespace latchkey::setup
