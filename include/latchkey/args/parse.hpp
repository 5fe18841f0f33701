#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "latchkey/args/command_table.hpp"
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

/// Understands `rustup ARGUMENTS...`. `arguments` are without argv[0].
///
/// Source: the texts and the order in which faults are found are rustup 1.29's, whose parser is
/// clap 4.
ParseResult parse_rustup(std::span<const std::string> arguments, const ParseSetup& setup);

/// The same for `latchkey`, which has commands of its own. rustup's name understands them, too:
/// the program is installed under no other.
ParseResult parse_latchkey(std::span<const std::string> arguments, const ParseSetup& setup);

/// The same for `rustup-init`, whose parse errors all go to stderr behind a second "error: ".
ParseResult parse_rustup_init(std::span<const std::string> arguments, const ParseSetup& setup);

}  // namespace latchkey::args
