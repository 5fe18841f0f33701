#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/proxy/tool_call.hpp"

namespace latchkey::proxy {

/// How a program was started.
struct Start {
    platform::Environment environment;
    std::vector<std::string> words;  ///< With argv[0].
};

/// What a proxy was asked for by its first argument, and the rest.
struct ToolCommand {
    std::optional<std::string> plus_toolchain;  ///< Of `+toolchain`, without the `+`.
    std::vector<std::string> command;           ///< The tool and its arguments.
};

/// Requires: the program was called by a tool's name.
ToolCommand parse_tool_command(const std::string& tool, const std::vector<std::string>& words);

/// Deletes `bin/rustup-init`, which a self-update may leave behind. Writes nothing if the file is not
/// there, so a read-only CARGO_HOME is no obstacle.
///
/// Throws: Errc::io, `could not remove 'setup' file: …`.
void remove_leftover(const std::string& cargo_home);

/// The tool that a proxy becomes, in the plain case: it is known which toolchain, it is there with
/// all that is listed, it can be held, and has the tool. Empty in every other case, errors
/// included: the full program sees to that, and has the words for it.
///
/// Empty, too, where the folder of the proxies wants mending and there is a full program, which
/// mends it first.
///
/// Waits for nobody, reads no manifest, writes nothing but a missing settings or lock file.
std::optional<ToolCall> prepare(const Start& start);

}  // namespace latchkey::proxy
