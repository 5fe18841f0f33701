#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::cli {

/// The active toolchain, there or not.
///
/// Throws: resolve::no_toolchain_error; as resolve::find_active.
resolve::Active load_active(Context& context);

/// Installs it and completes it as far as auto-install says.
///
/// Throws: as resolve::check_active; what an install throws.
task::awaitable<void> make_ready(Context& context, resolve::Active active);

/// The active toolchain, installed and complete as far as auto-install makes it so.
///
/// Throws: resolve::no_toolchain_error; as resolve::find_active and check_active; what an install
///         throws.
task::awaitable<resolve::Active> require_active(Context& context);

/// The same; empty where nobody says which one.
task::awaitable<std::optional<resolve::Active>> find_ready_active(Context& context);

/// The same for those who only show it. Empty: there is none. Where auto-install is off, it need
/// not be installed.
task::awaitable<std::optional<resolve::Active>> show_active(Context& context);

/// The same, and empty where anything is wrong.
task::awaitable<std::optional<resolve::Active>> show_active_or_nothing(Context& context);

/// A toolchain that was named for this one use, installed as far as auto-install makes it so.
///
/// Throws: as resolve::check_named; what an install throws.
task::awaitable<void> require_named(Context& context, resolve::Name name);

/// `--toolchain`, else the active one.
///
/// Throws: as the two above.
task::awaitable<resolve::Name> require_toolchain(Context& context,
                                                 std::optional<std::string> option);

/// Installs what `rustup install` without names means: the active toolchain, whatever auto-install
/// says, with all that a toolchain file lists.
///
/// Throws: as require_active; for a toolchain that may not run here.
task::awaitable<resolve::Active> install_active(Context& context, bool force_non_host);

/// What an installation that nobody described further begins with: the configured profile.
toolchain::InstallRequest usual_request(const Context& context);

}  // namespace latchkey::cli
