#pragma once

namespace latchkey::platform {

/// Opens /dev/null in place of a standard stream that is closed. Otherwise the next file that is
/// opened would get its number, and messages would be written into that file.
///
/// Thread: the main thread, before anything else is opened.
void fill_standard_streams() noexcept;

/// Whether the process that started this one left the descriptor open for it. Everything that this
/// program opens itself is closed on exec.
bool is_inherited(int descriptor) noexcept;

/// From now on, a write to a pipe without readers fails with EPIPE and does not end the process.
void ignore_broken_pipe() noexcept;

}  // namespace latchkey::platform
