#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::cli {

/// Installs or updates, and tells what the summary says of it.
///
/// Throws: as toolchain::Engine::install; Errc::not_found where another process has uninstalled it
///         by then.
task::awaitable<screen::SummaryItem> install_toolchain(Context& context,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request);

/// The same with another engine than the context's.
task::awaitable<screen::SummaryItem> install_toolchain(Context& context, toolchain::Engine& engine,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request);

/// Says whom the complete profile is for.
void warn_of_profile(Context& context, dist::Profile profile);

/// What the summary says of a toolchain with which nothing was done.
task::awaitable<screen::SummaryItem> summarise(Context& context, dist::ToolchainName toolchain,
                                               screen::SummaryItem::Banner banner);

/// The same; of one that must be there.
///
/// Throws: Errc::not_found where another process has uninstalled it.
task::awaitable<screen::SummaryItem> summarise_installed(Context& context,
                                                         dist::ToolchainName toolchain,
                                                         screen::SummaryItem::Banner banner);

/// `info: default toolchain set to NAME`
void say_default(Context& context, const std::string& toolchain);

/// Makes it the default, or nothing the default, and says so.
task::awaitable<void> set_default(Context& context, std::optional<std::string> toolchain);

/// Makes it the override for a directory, and says so. `directory` is as the user wrote it.
task::awaitable<void> set_override(Context& context, std::string directory, std::string toolchain);

}  // namespace latchkey::cli
