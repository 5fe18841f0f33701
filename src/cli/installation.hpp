#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::cli {

/// Installs or updates a toolchain.
///
/// Returns: the toolchain's line of the summary.
/// Throws:  as toolchain::Engine::install(); Errc::not_found if another process has uninstalled the
///          toolchain meanwhile.
task::awaitable<screen::SummaryItem> install_toolchain(Context& context,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request);

/// As above, by `engine` instead of the context's.
task::awaitable<screen::SummaryItem> install_toolchain(Context& context, toolchain::Engine& engine,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request);

/// Reports the installed toolchain that is used in place of a missing one. False: there is none.
bool say_deputy(Context& context, const dist::ToolchainName& toolchain);

/// Warns of the complete profile, which hardly anybody needs.
void warn_of_profile(Context& context, dist::Profile profile);

/// The line of the summary for a toolchain that was not changed.
task::awaitable<screen::SummaryItem> summarise(Context& context, dist::ToolchainName toolchain,
                                               screen::SummaryItem::Banner banner);

/// As summarise(), for a toolchain that must be installed.
///
/// Throws: Errc::not_found if another process has uninstalled it.
task::awaitable<screen::SummaryItem> summarise_installed(Context& context,
                                                         dist::ToolchainName toolchain,
                                                         screen::SummaryItem::Banner banner);

/// `info: default toolchain set to NAME`
void say_default(Context& context, const std::string& toolchain);

/// Makes a toolchain the default, and reports it. Empty: no toolchain is the default any more.
task::awaitable<void> set_default(Context& context, std::optional<std::string> toolchain);

/// Makes a toolchain the override for a directory, and reports it. `directory` is as the user wrote
/// it.
task::awaitable<void> set_override(Context& context, std::string directory, std::string toolchain);

}  // namespace latchkey::cli
