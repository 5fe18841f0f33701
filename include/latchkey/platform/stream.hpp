#pragma once

#include <string_view>

namespace latchkey::platform {

/// Writes all of the text to a descriptor that belongs to somebody else: a standard stream. Repeats
/// on EINTR and short counts. EPIPE is returned only if SIGPIPE is ignored.
///
/// Returns: the errno, or 0.
int write_stream(int descriptor, std::string_view text) noexcept;

/// The rows of the terminal behind the descriptor. 0: unknown.
unsigned terminal_rows(int descriptor) noexcept;

}  // namespace latchkey::platform
