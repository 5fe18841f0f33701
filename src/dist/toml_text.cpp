#include "latchkey/dist/toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::dist {
namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            if (is_control(c)) {
                out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
            } else {
                out += c;
            }
    }
}

}  // namespace

std::string toml_string(std::string_view text) {
    const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
    const bool literal =
        (has('"') || has('\\')) && !has('\'') && std::ranges::none_of(text, is_control);
    if (literal) return fmt::format("'{}'", text);
    std::string result;
    result.reserve(text.size() + 2);
    result += '"';
    for (const char c : text) append_escaped(result, c);
    result += '"';
    return result;
}

std::string toml_key(std::string_view text) {
    const bool bare = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    return bare ? std::string(text) : toml_string(text);
}

}  // namespace latchkey::dist
