#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::cli {

/// The active toolchain, whether it is installed or not.
///
/// Throws: resolve::no_toolchain_error; as resolve::find_active.
resolve::Active load_active(Context& context);

/// Installs or completes the active toolchain, if auto-install is on.
///
/// Throws: as resolve::check_active; what an install throws.
task::awaitable<void> make_ready(Context& context, resolve::Active active);

/// The active toolchain, after make_ready().
///
/// Throws: resolve::no_toolchain_error; as resolve::find_active and check_active; what an install
///         throws.
task::awaitable<resolve::Active> require_active(Context& context);

/// As require_active(). Empty: no toolchain is active.
task::awaitable<std::optional<resolve::Active>> find_ready_active(Context& context);

/// The active toolchain, for commands that only show it. If auto-install is on, as
/// require_active(); otherwise the toolchain need not be installed. Empty: no toolchain is active.
task::awaitable<std::optional<resolve::Active>> show_active(Context& context);

/// As show_active(), but an error is only logged for debugging. Empty: no toolchain is active, or
/// there was an error.
task::awaitable<std::optional<resolve::Active>> show_active_or_nothing(Context& context);

/// Installs a toolchain that was named for one use, if it is missing and auto-install is on.
///
/// Throws: as resolve::check_named; what an install throws.
task::awaitable<void> require_named(Context& context, resolve::Name name);

/// The toolchain of `--toolchain`, or else the active one; ready to be used.
///
/// Throws: as require_named() and require_active().
task::awaitable<resolve::Name> require_toolchain(Context& context,
                                                 std::optional<std::string> option);

/// `rustup install` without names: installs the active toolchain with everything that a toolchain
/// file lists, even if auto-install is off.
///
/// Throws: as require_active; for a toolchain that may not run here.
task::awaitable<resolve::Active> install_active(Context& context, bool force_non_host);

/// The request of an installation without options: the configured profile.
toolchain::InstallRequest usual_request(const Context& context);

}  // namespace latchkey::cli
