#include "toml_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::dist {

void append_toml_key(std::string& out, std::string_view key) {
    const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    if (bare) {
        out += key;
    } else {
        append_toml_string(out, key);
    }
}

void append_toml_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\u{:04X}", byte);
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_toml_component(std::string& out, const Component& component) {
    out += "pkg = ";
    append_toml_string(out, component.pkg);
    out += "\ntarget = ";
    append_toml_string(out, component.target_text());
    out += component.is_extension ? "\nis_extension = true\n" : "\nis_extension = false\n";
}

}  // namespace latchkey::dist
