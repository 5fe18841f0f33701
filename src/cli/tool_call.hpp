#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/environment.hpp"
#include "latchkey/resolve/place.hpp"

namespace latchkey::cli {

/// A program of a toolchain, ready to take the place of this one.
struct ToolCall {
    std::string name;  ///< As asked for: what messages call it.
    std::string program;
    std::vector<std::string> arguments;  ///< With argv[0].
    platform::Environment environment;
};

/// A fallback took another program than asked for.
struct Fallback {
    std::string tool;
    std::string program;
};

/// How `run` found its program.
struct FoundTool {
    ToolCall call;
    std::vector<Fallback> fallbacks;  ///< None or one.
};

/// The command of `rustup run`: the toolchain's own program of that name, else what cargo and
/// rust-analyzer may fall back to, else what PATH has.
///
/// Requires: the toolchain is installed; `command` is not empty.
/// Throws:   Errc::not_found, rustup's words for a tool that is missing, where the recursion shows
///           that PATH only leads back here.
FoundTool find_tool(const resolve::Place& place, const resolve::Name& toolchain,
                    const std::vector<std::string>& command,
                    const platform::Environment& environment);

/// Takes this process's place. Only returns by throwing.
///
/// Throws: `command failed: 'NAME': CAUSE`.
[[noreturn]] void become(const ToolCall& call);

}  // namespace latchkey::cli
