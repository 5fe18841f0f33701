#include "latchkey/screen/terminal_line.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "latchkey/base/utf8.hpp"

namespace latchkey::screen {
namespace {

constexpr std::array<std::pair<char32_t, char32_t>, 10> kWide = {{{0x1100, 0x115F},
                                                                  {0x2E80, 0x303E},
                                                                  {0x3041, 0xA4CF},
                                                                  {0xAC00, 0xD7A3},
                                                                  {0xF900, 0xFAFF},
                                                                  {0xFE30, 0xFE6F},
                                                                  {0xFF00, 0xFF60},
                                                                  {0xFFE0, 0xFFE6},
                                                                  {0x1F300, 0x1FAFF},
                                                                  {0x20000, 0x3FFFD}}};

char32_t decode(std::string_view letter) {
    const auto first = static_cast<unsigned char>(letter.front());
    if (letter.size() == 1) return first;
    char32_t point = first & (0xFFU >> (letter.size() + 1));
    for (const char next : letter.substr(1)) {
        point = (point << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
    }
    return point;
}

/// The front of a line: an escape for a colour, or a letter.
struct Piece {
    std::string_view text;
    std::size_t columns;
};

Piece front_of(std::string_view line) {
    if (line.starts_with("\033[")) {
        const std::size_t end = line.find_first_not_of("0123456789;", 2);
        if (end != std::string_view::npos && line[end] == 'm') {
            return {line.substr(0, end + 1), 0};
        }
    }
    const std::string_view letter =
        line.substr(0, std::max<std::size_t>(1, code_point_length(line)));
    const char32_t point = decode(letter);
    const bool wide = std::any_of(kWide.begin(), kWide.end(), [point](const auto& block) {
        return block.first <= point && point <= block.second;
    });
    return {letter, wide ? 2U : 1U};
}

}  // namespace

std::size_t columns_of(std::string_view line) {
    std::size_t columns = 0;
    while (!line.empty()) {
        const Piece piece = front_of(line);
        columns += piece.columns;
        line.remove_prefix(piece.text.size());
    }
    return columns;
}

std::string cut_to_columns(std::string_view line, unsigned columns) {
    std::string shown;
    std::size_t left = std::max(2U, columns) - 1;
    bool full = false;
    while (!line.empty()) {
        const Piece piece = front_of(line);
        line.remove_prefix(piece.text.size());
        full = full || piece.columns > left;
        if (full && piece.columns > 0) continue;
        left -= piece.columns;
        shown += piece.text;
    }
    return shown;
}

}  // namespace latchkey::screen
