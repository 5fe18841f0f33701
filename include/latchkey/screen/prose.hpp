#pragma once

#include <string>
#include <string_view>

namespace latchkey::screen {

/// Marks the beginning and the end of bold text in prose. A character that no name has.
inline constexpr char kBoldMark = '\x02';

/// Text for people, line by line as it is written, but lines of more than 79 columns are broken at
/// blanks as rustup breaks them. A line that begins with two blanks stays whole. A line that begins
/// with "# " is a heading, set off by empty lines.
///
/// Shape: `color` makes headings and marked text bold; without it the marks vanish.
std::string prose_text(std::string_view marked, bool color);

}  // namespace latchkey::screen
