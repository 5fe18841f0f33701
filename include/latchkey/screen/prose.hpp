#pragma once

#include <string>
#include <string_view>

namespace latchkey::screen {

/// Marks the beginning and the end of bold text in prose. No name has this character.
inline constexpr char kBoldMark = '\x02';

/// Sets text for people. Keeps its lines, but breaks those of more than 79 columns at blanks, as
/// rustup does. A line that begins with two blanks stays whole. A line that begins with "# " is a
/// heading, set off by empty lines.
///
/// With `color`, headings and marked text are bold. Without it, the marks vanish.
std::string prose_text(std::string_view marked, bool color);

}  // namespace latchkey::screen
