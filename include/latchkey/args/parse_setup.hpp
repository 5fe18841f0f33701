#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "latchkey/args/command.hpp"
#include "latchkey/args/invocation.hpp"

namespace latchkey::args {

/// What the parser's answer depends on besides the command line.
struct ParseSetup {
    /// Why this text does not name a toolchain of this class: "invalid toolchain name: 'x'". Empty:
    /// it does. Called only for the toolchain classes, in the order of the command line. Unset:
    /// every name is accepted.
    std::function<std::optional<std::string>(ValueClass, const std::string&)> find_fault = {};

    /// The toolchain for which a user's alias stands. Empty: the text is not an alias. Asked for
    /// each toolchain that is not an official one, before find_fault; the Invocation has the
    /// answer. Unset: there are no aliases.
    std::function<std::optional<std::string>(const std::string&)> find_alias = {};

    unsigned help_width = 100;  ///< In columns.
    bool color_on_stdout = false;
    bool color_on_stderr = false;
};

using ParseResult = std::variant<Invocation, ParseExit>;

}  // namespace latchkey::args
