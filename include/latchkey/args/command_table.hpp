#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// The whole tree of `rustup`.
const Command& rustup_command();

/// The same with what only Latchkey has.
const Command& latchkey_command();

/// `rustup-init`: no subcommands.
const Command& rustup_init_command();

/// The implicit subcommand of every command that has subcommands.
const Command& help_command();

/// The implicit options, as the texts show them.
const Argument& help_option();
const Argument& version_option();

}  // namespace latchkey::args
