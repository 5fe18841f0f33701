#include "latchkey/base/printable.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"

namespace latchkey {
namespace {

bool is_control(std::string_view point) {
    const auto first = static_cast<unsigned char>(point[0]);
    if (point.size() == 1) return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<unsigned char>(point[1]) < 0xA0;
}

/// The length of an escape with a number that chooses a colour, bold, faint or nothing; else 0.
std::size_t paint_length(std::string_view text) {
    constexpr std::string_view kBegin = "\033[";
    if (!text.starts_with(kBegin)) return 0;
    const std::string_view rest = text.substr(kBegin.size());
    const std::size_t digits = std::min(rest.find('m'), rest.size());
    const auto number = parse_number(rest.substr(0, digits));
    if (digits == rest.size() || digits > 2 || !number) return 0;
    const bool paints =
        *number <= 2 || (*number >= 30 && *number <= 37) || (*number >= 90 && *number <= 97);
    return paints ? kBegin.size() + digits + 1 : 0;
}

enum class Escapes { none, paint };

std::string replaced(std::string_view text, std::string_view kept, Escapes escapes) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        if (const std::size_t paint = escapes == Escapes::paint ? paint_length(text) : 0) {
            result += text.substr(0, paint);
            text.remove_prefix(paint);
            continue;
        }
        const std::size_t length = code_point_length(text);
        const std::string_view point = text.substr(0, length == 0 ? 1 : length);
        if (length == 0) {
            result += "\xEF\xBF\xBD";
        } else if (is_control(point) && kept.find(point[0]) == std::string_view::npos) {
            result += '?';
        } else {
            result += point;
        }
        text.remove_prefix(point.size());
    }
    return result;
}

}  // namespace

std::string printable(std::string_view text) {
    return replaced(text, "\n\t", Escapes::none);
}

std::string printable_painted(std::string_view text) {
    return replaced(text, "\n\t", Escapes::paint);
}

std::string printable_line(std::string_view text) {
    return replaced(text, "", Escapes::none);
}

}  // namespace latchkey
