#include "toml_error.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/text.hpp"

namespace latchkey::dist {

std::string toml_error_text(std::string_view document, std::size_t line, std::size_t column,
                            std::string_view cause, std::size_t width) {
    const auto all = split(document, '\n');
    std::string_view shown = line >= 1 && line <= all.size() ? all[line - 1] : "";
    if (shown.ends_with('\r')) shown.remove_suffix(1);
    const std::string number = std::to_string(line);
    const std::string gutter(number.size() + 1, ' ');
    return fmt::format("TOML parse error at line {}, column {}\n{}|\n{} | {}\n{}|{}{}\n{}\n", line,
                       column, gutter, number, shown, gutter, std::string(column, ' '),
                       std::string(std::max<std::size_t>(width, 1), '^'), cause);
}

}  // namespace latchkey::dist
