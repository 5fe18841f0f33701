#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// `trust` and its subcommands.
Command trust_command();

/// `set signature`
Command set_signature_command();

}  // namespace latchkey::args
