#pragma once

#include <span>
#include <string>

#include "latchkey/args/parse_setup.hpp"

namespace latchkey::args {

/// Understands `rustup ARGUMENTS...`. `arguments` are without argv[0].
///
/// Source: the texts and the order in which faults are found are rustup 1.29's, whose parser is
/// clap 4.
ParseResult parse_rustup(std::span<const std::string> arguments, const ParseSetup& setup);

/// Understands `latchkey ARGUMENTS...`, with the commands and options that only Latchkey has.
/// parse_rustup() understands them as well, since a bin folder has no program of another name; but
/// neither its help nor its errors tell of them, unless the line has one.
ParseResult parse_latchkey(std::span<const std::string> arguments, const ParseSetup& setup);

/// The same for `rustup-init`, whose parse errors all go to stderr behind a second "error: ".
ParseResult parse_rustup_init(std::span<const std::string> arguments, const ParseSetup& setup);

}  // namespace latchkey::args
