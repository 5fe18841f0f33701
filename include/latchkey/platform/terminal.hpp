#pragma once

namespace latchkey::platform {

/// Whether this descriptor is a terminal.
bool is_terminal(int descriptor);

/// The columns of the terminal behind the descriptor. 0: unknown.
unsigned terminal_columns(int descriptor);

}  // namespace latchkey::platform
