#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// Text of others for a terminal or a log, which must not obey it: each control character (C0 but
/// for tabs and line ends, DEL, C1) replaced by '?', each byte with which no code point begins by
/// U+FFFD.
std::string printable(std::string_view text);

/// The same, where line ends and tabs would be others', too.
std::string printable_line(std::string_view text);

/// The same as `printable` for text that is painted already: escapes that choose a colour, bold or
/// faint, or end that, are kept. What is shown in colours of others is still what it says.
///
/// Source: ECMA-48, "Select Graphic Rendition".
std::string printable_painted(std::string_view text);

}  // namespace latchkey
