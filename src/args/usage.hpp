#pragma once

#include <span>
#include <string>
#include <vector>

#include "latchkey/args/command_table.hpp"

namespace latchkey::args {

/// The options of a command, and then the implicit ones.
std::vector<const Argument*> options_of(const Command& command);

/// An argument in lists and errors: "--toolchain <TOOLCHAIN>", "[TOOLCHAIN]...", "-y".
std::string shown_name(const Argument& argument);

/// As shown_name(), with colours. `required` decides whether a positional gets "<>" or "[]".
std::string styled_name(const Argument& argument, bool required);

/// An argument's help with its values: "… [default: default] [possible values: a, b]".
std::string described(const Argument& argument);

/// "Usage: rustup[EXE] default [OPTIONS] [TOOLCHAIN]", coloured. If `used` is not empty, shows only
/// those options, and those positionals as required.
std::string styled_usage(const Command& command, std::string_view path,
                         std::span<const Argument* const> used);

}  // namespace latchkey::args
