#pragma once

#include <functional>
#include <string>
#include <vector>

#include "context.hpp"

namespace latchkey::cli {

/// What a proxy does, with all that latchkey-proxy leaves to the full program: finds the toolchain,
/// installs or completes it, and lets the tool take this program's place.
///
/// Requires: the context's `+toolchain` is the proxy's; `command` is one of dist::kTools, with its
///           arguments.
/// Throws:   rustup's words for whatever is in the way.
task::awaitable<int> run_proxy(Context& context, std::vector<std::string> command);

/// Installs a toolchain, or what it lacks. Asked for again if somebody uninstalls it meanwhile.
///
/// Throws: where it may not be installed.
using ProvideToolchain = std::function<task::awaitable<void>()>;

/// Lets a command of a toolchain take this program's place, once all that it needs is there.
///
/// Requires: `request.command` is not empty.
/// Throws:   as `provide`; rustup's words for a tool that the toolchain has not.
task::awaitable<void> succeed_with(Context& context, proxy::ToolRequest request,
                                   ProvideToolchain provide);

}  // namespace latchkey::cli
