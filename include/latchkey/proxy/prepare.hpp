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

/// What a proxy was asked to run.
struct ToolCommand {
    std::optional<std::string> plus_toolchain;  ///< The first argument `+toolchain`, without `+`.
    std::vector<std::string> command;           ///< The tool and its arguments.
};

/// Requires: the program was called by a tool's name.
ToolCommand parse_tool_command(const std::string& tool, const std::vector<std::string>& words);

/// Deletes `bin/rustup-init`, which a self-update may leave behind. Only looks if the file is not
/// there, as in a read-only CARGO_HOME.
///
/// Throws: Errc::io, `could not remove 'setup' file: …`.
void remove_leftover(const std::string& cargo_home);

/// The tool that a proxy becomes, in the plain case: the toolchain is known and installed, has the
/// tool and everything that was listed, and can be held. Empty in every other case, errors
/// included: the full program handles those, and has the messages.
///
/// Also empty if the links of the bin folder must be mended and the full program is there to do so.
///
/// Waits for nobody, reads no manifest. Writes only missing settings and lock files, and deletes
/// what remove_leftover() does.
std::optional<ToolCall> prepare(const Start& start);

}  // namespace latchkey::proxy
