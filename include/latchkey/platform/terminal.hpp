#pragma once

namespace latchkey::platform {

/// Is this descriptor a terminal?
bool is_terminal(int descriptor);

/// Columns of the terminal behind the descriptor; 0 where unknown.
unsigned terminal_columns(int descriptor);

}  // namespace latchkey::platform
