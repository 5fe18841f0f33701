#pragma once

#include <string_view>

namespace latchkey::platform {

/// Writes all of the text to a descriptor that belongs to somebody else: a standard stream. Again
/// on EINTR and short counts. The error number, 0 for none; EPIPE needs SIGPIPE ignored.
int write_stream(int descriptor, std::string_view text) noexcept;

/// Rows of the terminal behind the descriptor; 0 where unknown.
unsigned terminal_rows(int descriptor) noexcept;

}  // namespace latchkey::platform
