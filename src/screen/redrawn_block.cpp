#include "latchkey/screen/redrawn_block.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/screen/terminal_line.hpp"

namespace latchkey::screen {

std::string RedrawnBlock::frame(const std::vector<std::string>& lines, unsigned columns,
                                unsigned rows, const std::vector<std::string>& above) {
    std::string text = back_to_begin(columns, rows);
    widths_.clear();
    const auto add = [&text, columns](const std::string& line) {
        const std::string shown = cut_to_columns(line, columns);
        text += shown + "\033[K\n";
        return columns_of(shown);
    };
    for (const std::string& line : above) add(line);
    const std::size_t room = std::max(2U, rows) - 1;  // One for the cursor.
    const std::size_t shown = lines.size() <= room ? lines.size() : room - 1;
    for (std::size_t at = 0; at < shown; ++at) widths_.push_back(add(lines[at]));
    if (shown < lines.size()) {
        widths_.push_back(add(fmt::format("... and {} lines more", lines.size() - shown)));
    }
    return text + "\033[J";
}

std::string RedrawnBlock::erased(unsigned columns, unsigned rows) {
    if (empty()) return {};
    std::string text = back_to_begin(columns, rows) + "\033[J";
    widths_.clear();
    return text;
}

std::string RedrawnBlock::back_to_begin(unsigned columns, unsigned rows) const {
    // A terminal that became narrower has broken the lines that were there.
    std::size_t up = 0;
    for (const std::size_t width : widths_) {
        up += std::max<std::size_t>(1, (width + columns - 1) / std::max(1U, columns));
    }
    up = std::min<std::size_t>(up, std::max(1U, rows) - 1);
    return up > 0 ? fmt::format("\033[{}A\r", up) : "";
}

}  // namespace latchkey::screen
