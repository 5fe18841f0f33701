#pragma once

#include "context.hpp"

namespace latchkey::cli {

/// Looks for another Rust in PATH. With `confirmed` (`-y`) it only says what it found; otherwise
/// the user decides.
///
/// Throws: Errc::unsupported where the user does not want both.
task::awaitable<void> check_existing_rust(Context& context, bool confirmed);

/// Says that the settings name a default toolchain, and that it stays if it is not the usual one.
void warn_of_existing_settings(Context& context);

/// Says that HOME is not the user's own, as under sudo. False: it did, and without `-y` that makes
/// the exit status 1.
bool check_home_is_own(Context& context, bool confirmed);

/// Says that what links Rust's programs is not in PATH; default_linker() says which program that
/// is.
void warn_of_missing_linker(Context& context);

}  // namespace latchkey::cli
