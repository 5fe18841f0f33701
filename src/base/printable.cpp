#include "latchkey/base/printable.hpp"

#include "latchkey/base/utf8.hpp"

namespace latchkey {
namespace {

bool is_control(std::string_view point) {
    const auto first = static_cast<unsigned char>(point[0]);
    if (point.size() == 1) return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<unsigned char>(point[1]) < 0xA0;
}

std::string replaced(std::string_view text, std::string_view kept) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
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
    return replaced(text, "\n\t");
}

std::string printable_line(std::string_view text) {
    return replaced(text, "");
}

}  // namespace latchkey
