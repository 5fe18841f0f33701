#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// `rustup` with all its subcommands.
const Command& rustup_command();

/// `latchkey`: rustup's subcommands, and those that only Latchkey has.
const Command& latchkey_command();

/// `rustup-init`, which has no subcommands.
const Command& rustup_init_command();

/// The implicit subcommand of every command that has subcommands.
const Command& help_command();

/// The implicit options `--help` and `--version`, as help and completions show them.
const Argument& help_option();
const Argument& version_option();

}  // namespace latchkey::args
