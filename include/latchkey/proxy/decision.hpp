#pragma once

#include <optional>
#include <variant>

#include "latchkey/lock/key.hpp"
#include "latchkey/proxy/pin.hpp"
#include "latchkey/proxy/tool_call.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::proxy {

/// What must happen before a tool can be started. Only a need of the kind `tool` holds ranges, in
/// `pinned`.
struct ToolNeed {
    enum class Kind {
        toolchain,     ///< The toolchain is not installed.
        contents,      ///< Its manifest must tell whether it has everything that was listed.
        verification,  ///< The machine may have gone down before its files were on the disk.
        range,         ///< Somebody holds `range` exclusively.
        tool,          ///< The toolchain, held by `pinned`, does not have the program.
    };
    Kind kind;
    std::optional<lock::Key> range;
    std::optional<Pinned> pinned;
};

/// The tool, ready to be started, or what is in the way.
using ToolDecision = std::variant<ToolCall, ToolNeed>;

/// Pins the toolchain and finds the tool in it. A member of a session goes on with the session's
/// directory, even if the toolchain was uninstalled meanwhile.
///
/// A caller that has met a need asks again and says so in the request: after `contents`, by
/// clearing the listed components and targets; after `verification`, by setting `verified`.
///
/// Waits for nobody.
/// Throws: as try_pin().
ToolDecision decide(const resolve::Site& site, const ToolRequest& request);

}  // namespace latchkey::proxy
