#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::args {

/// What a value must be. `ParseSetup::find_fault`, which knows the rules of names, checks the
/// toolchain classes. The parser checks all others.
enum class ValueClass {
    text,
    path,                  ///< Any bytes, but not empty.
    official_toolchain,    ///< `install`, `update`, most `--toolchain`
    custom_toolchain,      ///< `toolchain link`
    resolvable_toolchain,  ///< official or custom: `uninstall`, `override set`, `+toolchain`
    resolvable_or_none,    ///< official, custom or "none": `default`
    official_or_none,      ///< `rustup-init --default-toolchain`
    local_toolchain,       ///< official, custom or a path: `run`
    plus_toolchain,        ///< `+` and a resolvable name; only the parser sees this class
};

/// One option or positional argument.
struct Argument {
    std::string_view long_name = {};   ///< Without dashes; empty for positionals.
    char short_name = 0;               ///< 0: none
    std::string_view value_name = {};  ///< Empty: a flag.
    std::string_view help = {};
    ValueClass value_class = ValueClass::text;
    std::vector<std::string_view> possible_values = {};  ///< Empty: every value is accepted.
    std::string_view default_value = {};
    bool required = false;           ///< Positionals only.
    bool repeatable = false;         ///< A list; an option's values also split at commas.
    bool passthrough = false;        ///< Nothing behind its first value is read as an option.
    bool takes_signs = false;        ///< Positionals only: `-name` is a value, `-h` an option.
    bool visible = true;             ///< In help and usage.
    bool upcoming = false;           ///< New after kEmulatedVersion: left out of completions.
    bool own = false;                ///< Only Latchkey has it.
    bool of_line = false;            ///< Of the whole line: before and behind the command.
    int exclusive_group = 0;         ///< Options of one group exclude each other. 0: no group.
    bool names_rivals = true;        ///< zsh's completions name the options that it excludes.
    bool hints_self_update = false;  ///< "self" as a value logs rustup's advice.

    [[nodiscard]] bool positional() const noexcept { return long_name.empty() && short_name == 0; }
    [[nodiscard]] bool takes_value() const noexcept { return !value_name.empty(); }

    /// The argument's name in an Invocation: the long name, else the letter, else the value name.
    [[nodiscard]] std::string key() const;
};

/// One command of the tree from which parsing, help and completions come.
///
/// `options` does not list `--help` and `--version`: `help_flag` and `version_flag` say whether the
/// command has them. `subcommands` does not list `help`: every command with subcommands has it.
struct Command {
    std::string_view name;
    std::vector<std::string_view> aliases = {};  ///< Accepted and suggested, never shown.
    std::string_view about = {};
    std::string_view discussion = {};  ///< Marked text, see discussions.hpp.
    std::vector<Argument> options = {};
    std::vector<Argument> positionals = {};
    std::vector<Command> subcommands = {};
    bool visible = true;
    bool upcoming = false;  ///< As Argument::upcoming.
    bool own = false;       ///< As Argument::own.
    bool subcommand_required = false;
    bool help_when_empty = false;  ///< Without arguments, print the help and exit with status 1.
    bool help_flag = true;
    bool version_flag = false;

    [[nodiscard]] bool answers_to(std::string_view word) const noexcept;
};

}  // namespace latchkey::args
