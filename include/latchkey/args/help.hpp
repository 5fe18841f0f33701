#pragma once

#include <string>
#include <string_view>

#include "latchkey/args/command_table.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::args {

/// `expanded` is rustup's answer to no command at all: two lines an option.
enum class HelpForm { normal, expanded };

/// A command's help. `path` is what precedes the options in its usage line: "rustup[EXE] toolchain
/// list".
std::string help_text(const Command& command, std::string_view path, HelpForm form, unsigned width,
                      bool color);

/// The version of rustup that this program is like.
inline constexpr std::string_view kEmulatedVersion = "1.29.1";

/// "rustup 1.29.1 (latchkey 0.2.0)" and a line end; scripts read the second word. Under our own
/// name "latchkey 0.2.0".
std::string version_text(std::string_view program);

/// What `dump-testament` tells, in rustup's five lines.
std::string testament_text();

/// The width for help: the terminal's, else COLUMNS, else 100.
///
/// Units: columns; `terminal_columns` is 0 where no standard stream is a terminal.
unsigned help_width(const platform::Environment& environment, unsigned terminal_columns);

}  // namespace latchkey::args
