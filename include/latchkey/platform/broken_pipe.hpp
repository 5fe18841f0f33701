#pragma once

namespace latchkey::platform {

/// From now on writing to a pipe that nobody reads is an error (EPIPE), not the end of the process.
void ignore_broken_pipe() noexcept;

/// The default action again, for the program that takes this one's place: an ignored signal would
/// stay ignored over exec.
void restore_broken_pipe() noexcept;

}  // namespace latchkey::platform
