#pragma once

#include <string>
#include <string_view>

namespace latchkey::store {

/// Any text as part of one line: '%' and line ends are written as "%25", "%0A", "%0D".
std::string escaped_line(std::string_view text);
std::string unescaped_line(std::string_view text);

}  // namespace latchkey::store
