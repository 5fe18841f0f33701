#pragma once

#include "latchkey/platform/environment.hpp"
#include "latchkey/resolve/site.hpp"
#include "latchkey/screen/input.hpp"
#include "latchkey/screen/log.hpp"

namespace latchkey::init {

// What the installer looks at before it changes anything, and in the end.

/// Looks for another Rust in PATH. With `confirmed` (`-y`) it only says what it found; otherwise
/// the user decides.
///
/// Throws: Errc::unsupported where the user does not want both.
task::awaitable<void> check_existing_rust(screen::Log& log, screen::Input& input,
                                          platform::Environment environment, bool confirmed);

/// Says that the settings name a default toolchain, and that it stays if it is not the usual one.
void warn_of_existing_settings(screen::Log& log, const platform::Environment& environment,
                               const resolve::Site& site);

/// Says that HOME is not the user's own, as under sudo. False: it did, and without `-y` that makes
/// the exit status 1.
bool check_home_is_own(screen::Log& log, const platform::Environment& environment, bool confirmed);

/// Says that what links Rust's programs is not in PATH; default_linker() says which program that
/// is.
void warn_of_missing_linker(screen::Log& log, const platform::Environment& environment,
                            const resolve::Site& site);

}  // namespace latchkey::init
