#pragma once

#include <string>
#include <string_view>

#include "latchkey/args/command_table.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::args {

/// `expanded` has two lines for each option. rustup prints this form if no command was given.
enum class HelpForm { normal, expanded };

/// A command's help. `path` is the part of the usage line before the options: "rustup[EXE]
/// toolchain list".
///
/// Units: `width` in columns.
std::string help_text(const Command& command, std::string_view path, HelpForm form, unsigned width,
                      bool color);

/// The version of rustup that this program stands in for.
inline constexpr std::string_view kEmulatedVersion = "1.29.1";

/// "rustup 1.29.1 (latchkey 0.2.0)" and a line end, since scripts read the second word. For the
/// program `latchkey`: "latchkey 0.2.0" and a line end.
std::string version_text(std::string_view program);

/// The output of `dump-testament`: how this program was built, in rustup's five lines.
std::string testament_text();

/// The width for help: the terminal's, else COLUMNS, else 100.
///
/// Units: columns; `terminal_columns` is 0 if no standard stream is a terminal.
unsigned help_width(const platform::Environment& environment, unsigned terminal_columns);

}  // namespace latchkey::args
