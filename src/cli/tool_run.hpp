#pragma once

#include <functional>
#include <string>
#include <vector>

#include "context.hpp"

namespace latchkey::cli {

/// Runs a proxy, for which latchkey-proxy has started the full program: finds the toolchain,
/// installs or completes it, and makes the tool the context's successor.
///
/// Requires: the context's `+toolchain` is the proxy's; `command` is one of dist::kTools, with its
///           arguments.
/// Throws:   rustup's words if the tool cannot be run.
task::awaitable<int> run_proxy(Context& context, std::vector<std::string> command);

/// Installs or completes a toolchain. Called again if somebody uninstalls the toolchain meanwhile.
///
/// Throws: if the toolchain may not be installed.
using ProvideToolchain = std::function<task::awaitable<void>()>;

/// Makes a tool the context's successor, when everything that it needs is there.
///
/// Requires: `request.command` is not empty.
/// Throws:   as `provide`; rustup's words if the toolchain does not have the tool.
task::awaitable<void> succeed_with(Context& context, proxy::ToolRequest request,
                                   ProvideToolchain provide);

}  // namespace latchkey::cli
