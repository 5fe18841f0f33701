#pragma once

#include <string_view>
#include <vector>

#include "latchkey/args/command.hpp"

/// Arguments that several commands of the table have.
namespace latchkey::args {

extern const std::string_view kOfficialHelp;
extern const std::string_view kResolvableHelp;
extern const std::string_view kVerboseHelp;
extern const std::string_view kQuietHelp;

std::vector<std::string_view> profiles();

/// `--name`
Argument flag(std::string_view name, std::string_view help);
/// `--toolchain <TOOLCHAIN>`
Argument toolchain_option(ValueClass value_class, std::string_view help);
/// `--toolchain <TOOLCHAIN>`, for official names only.
Argument official_option();
/// A repeatable option whose values split at commas.
Argument list_option(std::string_view name, char letter, std::string_view value_name,
                     std::string_view help);
/// A flag of `rustup doc`; they exclude each other.
Argument page(std::string_view name, std::string_view help);
/// How `rustup doc` shows a page; they exclude each other.
Argument way_to_open(std::string_view name, std::string_view help);
Argument verbose_option(std::string_view help);
Argument quiet_option(std::string_view help);
/// `-y`, `--yes`: no question is asked.
Argument yes_option();
/// Makes `-v` and `-q` exclude each other.
Argument exclusive(Argument argument);
/// Hides in zsh's completions that the argument excludes others, as in rustup's.
Argument without_rivals(Argument argument);
/// A required positional.
Argument word(std::string_view value_name, std::string_view help);
/// A required positional that takes one value or more.
Argument words(std::string_view value_name, std::string_view help);

}  // namespace latchkey::args
