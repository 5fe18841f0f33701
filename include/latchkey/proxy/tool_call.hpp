#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/place.hpp"

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

/// How a tool's program was found.
struct FoundTool {
    ToolCall call;
    std::vector<Fallback> fallbacks;  ///< None or one.
};

/// Which program of a toolchain is wanted, with what.
struct ToolRequest {
    resolve::Name toolchain;
    std::vector<std::string> command;  ///< Its name and its arguments.
    /// Who chose the toolchain. Empty: `rustup run` did.
    std::optional<resolve::Source> source;
    platform::Environment environment;  ///< The caller's.
};

/// The toolchain's own program of that name; it takes the ranges over. Empty: there is none.
std::optional<ToolCall> find_own_tool(const resolve::Place& place, const ToolRequest& request,
                                      Pinned& pinned);

/// The same; else what cargo and rust-analyzer may fall back to; else what PATH has. Empty: PATH
/// only leads back here, and `pinned` still holds what it did.
///
/// Throws: Errc::busy where a fallback's toolchain cannot be pinned.
std::optional<FoundTool> find_tool(const resolve::Place& place, const ToolRequest& request,
                                   Pinned& pinned);

/// Takes this process's place. Only returns by throwing.
///
/// Throws: `command failed: 'NAME': CAUSE`.
[[noreturn]] void become(const ToolCall& call);

}  // namespace latchkey::proxy
