#pragma once

#include <span>
#include <string>
#include <vector>

#include "latchkey/args/command_table.hpp"

namespace latchkey::args {

/// The options of a command with the implicit ones behind them.
std::vector<const Argument*> options_of(const Command& command);

/// As lists and errors name it: "--toolchain <TOOLCHAIN>", "[TOOLCHAIN]...", "-y".
std::string shown_name(const Argument& argument);

/// The same with colours; `required` decides on the brackets of a positional.
std::string styled_name(const Argument& argument, bool required);

/// What it means, and which values it takes: "… [default: default] [possible values: a, b]".
std::string described(const Argument& argument);

/// "Usage: rustup[EXE] default [OPTIONS] [TOOLCHAIN]", coloured. Where `used` is not empty, only
/// these options are shown, and these positionals as required.
std::string styled_usage(const Command& command, std::string_view path,
                         std::span<const Argument* const> used);

}  // namespace latchkey::args
