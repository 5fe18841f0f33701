#pragma once

#include "latchkey/platform/environment.hpp"
#include "latchkey/resolve/site.hpp"
#include "latchkey/screen/input.hpp"
#include "latchkey/screen/log.hpp"

namespace latchkey::init {

// The installer's checks: before it changes anything, and at its end.

/// Looks for another Rust in PATH, and warns if there is one. Unless `confirmed` (`-y`), the user
/// then decides whether to go on.
///
/// Throws: Errc::unsupported if the user does not go on.
task::awaitable<void> check_existing_rust(screen::Log& log, screen::Input& input,
                                          platform::Environment environment, bool confirmed);

/// Warns if the settings name a default toolchain. If it is not stable for the host, also says that
/// the installer keeps it.
void warn_of_existing_settings(screen::Log& log, const platform::Environment& environment,
                               const resolve::Site& site);

/// Reports an error if HOME is not the home directory of the effective user, as under sudo. False:
/// it is not, and `confirmed` (`-y`) is not set, so the installer exits with status 1.
bool check_home_is_own(screen::Log& log, const platform::Environment& environment, bool confirmed);

/// Warns if default_linker(), which links Rust's programs, is not in PATH.
void warn_of_missing_linker(screen::Log& log, const platform::Environment& environment,
                            const resolve::Site& site);

}  // namespace latchkey::init
