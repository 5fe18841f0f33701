#pragma once

#include "latchkey/platform/environment.hpp"

namespace latchkey::screen {

/// Are escapes wanted on this stream? RUSTUP_TERM_COLOR decides; "auto" asks the stream, then
/// NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM and CI.
bool wants_color(const platform::Environment& environment, bool is_terminal);

/// Is a progress display wanted? RUSTUP_TERM_PROGRESS_WHEN decides; "auto" asks stdout.
bool wants_progress(const platform::Environment& environment, bool stdout_is_terminal, bool quiet);

/// May the cursor be moved to draw something again? A terminal, and TERM says what kind of.
bool can_redraw(const platform::Environment& environment, bool is_terminal);

/// Columns for progress lines: RUSTUP_TERM_WIDTH, as far as the terminal has them; else the
/// terminal's; else 80.
unsigned progress_columns(const platform::Environment& environment, unsigned terminal_columns);

}  // namespace latchkey::screen
