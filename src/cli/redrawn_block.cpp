#include "redrawn_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "latchkey/base/utf8.hpp"

namespace latchkey::cli {

std::string RedrawnBlock::frame(const std::vector<std::string>& lines, unsigned columns,
                                unsigned rows) {
    std::string text;
    // A terminal that became narrower has broken the lines that were there.
    std::size_t up = 0;
    for (const std::size_t width : widths_) {
        up += std::max<std::size_t>(1, (width + columns - 1) / std::max(1U, columns));
    }
    up = std::min<std::size_t>(up, std::max(1U, rows) - 1);
    if (up > 0) text += fmt::format("\033[{}A\r", up);
    widths_.clear();
    const auto add = [this, &text, columns](const std::string& line) {
        const std::string shown = cut_to_columns(line, columns);
        widths_.push_back(count_code_points(shown));
        text += shown + "\033[K\n";
    };
    const std::size_t room = std::max(3U, rows) - 1;  // One for the cursor.
    const std::size_t shown = lines.size() <= room ? lines.size() : room - 1;
    for (std::size_t at = 0; at < shown; ++at) add(lines[at]);
    if (shown < lines.size()) add(fmt::format("... and {} lines more", lines.size() - shown));
    return text + "\033[J";
}

std::string cut_to_columns(const std::string& line, unsigned columns) {
    std::size_t at = 0;
    for (unsigned left = std::max(2U, columns) - 1; at < line.size() && left > 0; --left) {
        at += std::max<std::size_t>(1, code_point_length(std::string_view(line).substr(at)));
    }
    return line.substr(0, at);
}

std::size_t count_code_points(const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        at += std::max<std::size_t>(1, code_point_length(std::string_view(text).substr(at)));
    }
    return count;
}

}  // namespace latchkey::cli
