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
    std::string name;  ///< As asked for: what messages call it.
    std::string program;
    std::vector<std::string> arguments;  ///< With argv[0].
    platform::Environment environment;
    std::vector<lock::LockSet> ranges;  ///< The program will hold them.
};

/// A fallback took another program than asked for.
struct Fallback {
    std::string tool;
    std::string program;
};

/// What stands in for a tool that its toolchain has not.
struct StandIn {
    ToolCall call;
    std::optional<Fallback> fallback;  ///< Empty: PATH has a program of that very name.
};

/// Which program of a toolchain is wanted, with what.
struct ToolRequest {
    resolve::Name toolchain;
    std::vector<std::string> command;  ///< Its name and its arguments.
    /// Who chose the toolchain. Empty: `rustup run` did.
    std::optional<resolve::Source> source;
    platform::Environment environment;  ///< The caller's.

    // What a toolchain file lists, which must be there.
    std::vector<std::string> components = {};
    std::vector<std::string> targets = {};

    bool verified = false;  ///< Somebody has seen to what a crash may have left unwritten.
};

/// What a proxy asks for: the tool of the active toolchain, with all that is listed for it.
ToolRequest request_of(const resolve::Active& active, std::vector<std::string> command,
                       platform::Environment environment);

/// Where a toolchain's program of that name is, if it has it. `name` may be a path of its own.
std::string tool_path(const std::string& toolchain_directory, const std::string& name);

/// The toolchain's own program of that name; it takes the ranges over. Empty: there is none.
std::optional<ToolCall> find_own_tool(const resolve::Site& site, const ToolRequest& request,
                                      Pinned& pinned);

/// For a tool that find_own_tool() did not find: what cargo and rust-analyzer may fall back to;
/// else what PATH has. Empty: PATH only leads back here, and `pinned` still holds what it did.
///
/// Throws: Errc::busy where a fallback's toolchain cannot be pinned.
std::optional<StandIn> find_stand_in(const resolve::Site& site, const ToolRequest& request,
                                     Pinned& pinned);

/// Takes this process's place. Only returns by throwing.
///
/// Throws: `command failed: 'NAME': CAUSE`.
[[noreturn]] void become(const ToolCall& call);

}  // namespace latchkey::proxy
