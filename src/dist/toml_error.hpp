#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// rustup's text for a bad TOML file: the place, the line, a mark below it, and the cause.
///
/// ```
/// TOML parse error at line 3, column 8
///   |
/// 3 | date = 5
///   |        ^ invalid type: integer, expected a string
/// ```
///
/// Shape: ends in a line end, as rustup's does.
/// Units: `line` and `column` count from 1, the column in code points; `width` is that of the mark.
std::string toml_error_text(std::string_view document, std::size_t line, std::size_t column,
                            std::string_view cause, std::size_t width = 1);

}  // namespace latchkey::dist
