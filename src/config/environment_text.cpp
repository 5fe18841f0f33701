#include "environment_text.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"

namespace latchkey::config {
namespace {

std::string quoted_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') return std::string("\\") + c;
    if (c == '\n') return "\\n";
    if (c == '\r') return "\\r";
    if (c == '\t') return "\\t";
    if (byte < 0x20 || byte == 0x7F) return fmt::format("\\u{{{:x}}}", byte);
    return std::string(1, c);
}

/// As Rust shows the bytes of an OsString.
std::string quoted(std::string_view bytes) {
    std::string result = "\"";
    while (!bytes.empty()) {
        const std::size_t length = code_point_length(bytes);
        if (length == 0) {
            result += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes[0]));
        } else if (length == 1) {
            result += quoted_byte(bytes[0]);
        } else {
            result += bytes.substr(0, length);
        }
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return result + "\"";
}

std::optional<std::string> url_of(std::string_view value) {
    std::string url = tidy_url(value);
    if (url.empty()) return std::nullopt;
    return url;
}

[[noreturn]] void throw_no_text(std::string_view bytes) {
    throw Error(Errc::usage, "environment variable was not valid unicode: " + quoted(bytes));
}

}  // namespace

std::optional<std::string> find_strict_text(const platform::Environment& environment,
                                            const std::string& name) {
    auto value = environment.find(name);
    if (value && !is_utf8(*value)) throw_no_text(*value);
    return value;
}

std::optional<std::string> find_strict_url(const platform::Environment& environment,
                                           const std::string& name) {
    const auto value = environment.find(name);
    if (!value) return std::nullopt;
    if (!is_utf8(*value)) throw_no_text(without_credentials(*value));
    return url_of(*value);
}

std::optional<std::string> find_lenient_url(const platform::Environment& environment,
                                            const std::string& name) {
    const auto value = find_lenient_text(environment, name);
    return value ? url_of(*value) : std::nullopt;
}

std::optional<std::string> find_lenient_text(const platform::Environment& environment,
                                             const std::string& name) {
    auto value = environment.find(name);
    if (value && !is_utf8(*value)) return std::nullopt;
    return value;
}

}  // namespace latchkey::config
