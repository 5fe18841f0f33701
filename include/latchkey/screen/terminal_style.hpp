#pragma once

#include "latchkey/platform/environment.hpp"

namespace latchkey::screen {

/// Whether this stream gets escapes for colours. RUSTUP_TERM_COLOR decides. "auto" asks the stream,
/// then NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM and CI.
bool wants_color(const platform::Environment& environment, bool is_terminal);

/// Whether to show progress. RUSTUP_TERM_PROGRESS_WHEN decides. "auto" asks stdout.
bool wants_progress(const platform::Environment& environment, bool stdout_is_terminal, bool quiet);

/// Whether the cursor may be moved to redraw something: the stream is a terminal, and TERM says of
/// what kind.
bool can_redraw(const platform::Environment& environment, bool is_terminal);

/// The columns for progress lines: RUSTUP_TERM_WIDTH, but no more than the terminal has; else the
/// terminal's; else 80.
unsigned progress_columns(const platform::Environment& environment, unsigned terminal_columns);

}  // namespace latchkey::screen
