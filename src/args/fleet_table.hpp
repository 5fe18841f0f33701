#pragma once

#include "latchkey/args/command.hpp"

namespace latchkey::args {

/// Adds the commands for other machines: `mirror`, `bundle`, `install --from`, `export`, `import`. None of them is rustup's.
void add_fleet_rows(Command& tree);

}  // namespace latchkey::args
