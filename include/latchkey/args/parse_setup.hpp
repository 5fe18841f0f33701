#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "latchkey/args/command.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::args {

/// What the parser needs to know of the world.
struct ParseSetup {
    /// Why this text is no toolchain of this class: "invalid toolchain name: 'x'". Empty: it is
    /// one. Asked for the toolchain classes only, in the order of the command line. Unset: all are
    /// good.
    std::function<std::optional<std::string>(ValueClass, const std::string&)> find_fault = {};

    unsigned help_width = 100;
    bool color_on_stdout = false;
    bool color_on_stderr = false;
};

using ParseResult = std::variant<Invocation, ParseExit>;

}  // namespace latchkey::args
