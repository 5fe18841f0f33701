#pragma once

#include <string>
#include <string_view>

namespace latchkey {

/// Makes foreign text safe for a terminal or a log, which would obey its escapes. Replaces each
/// control character (C0 except tab and line feed, DEL, C1) by '?', and each byte that begins no
/// code point by U+FFFD.
std::string printable(std::string_view text);

/// As printable(), and replaces tabs and line ends as well: for text that stays on one line.
std::string printable_line(std::string_view text);

/// As printable(), for text that is painted already: keeps the escapes that begin or end a colour,
/// bold or faint. Foreign text can then change its colours, but not what it says.
///
/// Source: ECMA-48, "Select Graphic Rendition".
std::string printable_painted(std::string_view text);

}  // namespace latchkey
