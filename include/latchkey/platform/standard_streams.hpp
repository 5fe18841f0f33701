#pragma once

namespace latchkey::platform {

/// Opens /dev/null where standard input, output or error is closed. Otherwise a file that is opened
/// later gets that number, and what is meant for the user is written into it.
///
/// Thread: the main one, before anything else is opened.
void fill_standard_streams() noexcept;

/// From now on writing to a pipe that nobody reads is an error (EPIPE), not the end of the process.
void ignore_broken_pipe() noexcept;

}  // namespace latchkey::platform
