#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::proxy {

/// A program of a toolchain, ready to take the place of this one.
struct ToolCall {
    std::string name;  ///< As the user called it; for messages.
    std::string program;
    std::vector<std::string> arguments;  ///< With argv[0].
    platform::Environment environment;
    std::vector<lock::LockSet> ranges;  ///< Go over to the program.
};

/// A program that runs in place of a tool.
struct Fallback {
    std::string tool;     ///< The name of the tool.
    std::string program;  ///< The path of the program, for messages.
};

/// What runs if the toolchain does not have the tool.
struct StandIn {
    ToolCall call;
    std::optional<Fallback> fallback;  ///< Empty: a program of the tool's name, from PATH.
};

/// Which program of a toolchain to start, and how.
struct ToolRequest {
    resolve::Name toolchain;
    std::vector<std::string> command;  ///< The program's name and its arguments.
    /// What chose the toolchain. Empty: `rustup run` did.
    std::optional<resolve::Source> source;
    platform::Environment environment;  ///< The caller's.

    // What a toolchain file lists. Must be installed before the program starts.
    std::vector<std::string> components = {};
    std::vector<std::string> targets = {};

    bool verified = false;  ///< As PinRequest::verified.
};

/// A proxy's request: a tool of the active toolchain, with everything that is listed for it.
ToolRequest request_of(const resolve::Active& active, std::vector<std::string> command,
                       platform::Environment environment);

/// The path of a toolchain's program, which need not be there. An absolute `name` is returned as it
/// is.
std::string tool_path(const std::string& toolchain_directory, const std::string& name);

/// The toolchain's own program of that name. Takes the ranges from `pinned`. Empty: the toolchain
/// does not have the program, or its component is not whole; `pinned` keeps the ranges.
std::optional<ToolCall> find_own_tool(const resolve::Site& site, const ToolRequest& request,
                                      Pinned& pinned);

/// What to run if find_own_tool() found nothing: the fallback that cargo and rust-analyzer have, or
/// else the program of that name in PATH. Takes the ranges from `pinned`. Empty: PATH leads back to
/// a proxy, or tools are nested too deep; `pinned` keeps the ranges.
///
/// Throws: Errc::busy if the toolchain of a fallback cannot be pinned.
std::optional<StandIn> find_stand_in(const resolve::Site& site, const ToolRequest& request,
                                     Pinned& pinned);

/// Replaces this process by the program. Returns only by throwing.
///
/// Throws: `command failed: 'NAME': CAUSE`.
[[noreturn]] void become(const ToolCall& call);

}  // namespace latchkey::proxy
