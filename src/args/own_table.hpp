#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// Adds the commands and options that only Latchkey has to the tree of rustup's commands.
void add_own_rows(Command& tree);

}  // namespace latchkey::args
