#pragma once

#include <string>
#include <vector>

#include "context.hpp"

namespace latchkey::cli {

/// What a proxy does, with all that latchkey-proxy leaves to the full program: finds the toolchain,
/// installs or completes it, and lets the tool take this program's place.
///
/// Requires: `tool` is one of dist::kTools.
/// Throws:   rustup's words for whatever is in the way.
task::awaitable<int> run_proxy(Context& context, std::string tool, std::vector<std::string> words);

/// Lets a command of a toolchain take this program's place. False: the toolchain has gone.
///
/// Requires: `command` is not empty.
/// Throws:   rustup's words for a tool that the toolchain has not.
task::awaitable<bool> succeed_with(Context& context, proxy::ToolRequest request);

}  // namespace latchkey::cli
