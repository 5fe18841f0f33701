#pragma once

#include <span>
#include <string>

#include "latchkey/args/parse_setup.hpp"

namespace latchkey::args {

/// Parses the command line of `rustup`. A line with a command or an option that only `latchkey` has
/// is parsed as latchkey's: installations have no program called `latchkey`. Neither the help nor
/// the faults of any other line tell of these.
///
/// Shape:  `arguments` without argv[0].
/// Source: rustup 1.29, whose parser is clap 4: the texts, and which of several faults is reported.
ParseResult parse_rustup(std::span<const std::string> arguments, const ParseSetup& setup);

/// Parses the command line of `latchkey`, as parse_rustup() does that of `rustup`.
ParseResult parse_latchkey(std::span<const std::string> arguments, const ParseSetup& setup);

/// Parses the command line of `rustup-init`, as parse_rustup() does that of `rustup`. As in rustup,
/// every fault goes to stderr, and its text begins with a second "error: ".
ParseResult parse_rustup_init(std::span<const std::string> arguments, const ParseSetup& setup);

}  // namespace latchkey::args
