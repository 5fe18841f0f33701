#pragma once

#include <string>
#include <vector>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/setup/shells.hpp"

namespace latchkey::setup {

/// What shells read when they start, and the scripts that they source.
///
/// Two that edit one file at once would both find their line missing: so all of this happens under
/// the range that guards CARGO_HOME. A file changes by one write or one rename. Those behind
/// symlinks stay there.
///
/// Requires: the lock set holds Key::cargo_home() exclusively.
/// Throws:   Errc::io in rustup's words, `could not amend shell profile: …`.

/// Writes each script once into CARGO_HOME.
void write_env_scripts(const lock::LockSet& cargo_home, const std::string& folder,
                       const std::vector<Shell>& shells);

/// Makes every shell source its script, unless it does already.
void add_to_start_up_files(const lock::LockSet& cargo_home, const std::vector<Shell>& shells);

/// Takes the first such line out of every file of every shell.
void remove_from_start_up_files(const lock::LockSet& cargo_home, const std::vector<Shell>& shells);

/// Takes out what rustup once wrote.
void remove_historic_lines(const lock::LockSet& cargo_home, const Historic& historic);

}  // namespace latchkey::setup
