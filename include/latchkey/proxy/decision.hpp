#pragma once

#include <optional>
#include <variant>

#include "latchkey/lock/key.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/proxy/tool_call.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::proxy {

/// What must happen before a tool can be started. Nothing is held meanwhile, but for `tool`.
struct ToolNeed {
    enum class Kind {
        toolchain,     ///< It is not installed.
        contents,      ///< A manifest must tell whether it has all that its file lists.
        verification,  ///< The machine may have stopped before all of it was on the disk.
        range,         ///< Somebody holds `range` exclusively.
        tool,          ///< It has no such program, as was seen in `pinned`.
    };
    Kind kind;
    std::optional<lock::Key> range;
    std::optional<Pinned> pinned;
};

/// The tool, ready to be started, or what is in the way.
using ToolDecision = std::variant<ToolCall, ToolNeed>;

/// Pins the toolchain and finds the tool in it. A member of a session goes on with that, even if
/// its toolchain was uninstalled meanwhile.
///
/// Whoever meets a need asks again, with that noted in the request: `contents` by clearing what is
/// listed, `verification` by `verified`.
///
/// Waits for nobody. Throws: as try_pin.
ToolDecision decide(const resolve::Site& site, const ToolRequest& request);

}  // namespace latchkey::proxy
