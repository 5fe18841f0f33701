#include "toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/toml_error.hpp"

namespace latchkey::dist {
namespace {

/// toml++ limits how deep values nest, but not how deep one dotted key leads; freeing a table then
/// runs out of stack. No file of ours has more than four dots in a key.
constexpr std::size_t kMaxDots = 16;

/// Finds the end of a string that begins at `start`, which is one past its last quote.
std::size_t skip_string(std::string_view text, std::size_t start) {
    const char quote = text[start];
    const bool multiline = text.substr(start).starts_with(std::string(3, quote));
    const std::string close(multiline ? 3 : 1, quote);
    for (std::size_t i = start + close.size(); i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text[i] == '\n' && !multiline) {
            return i;
        } else if (text[i] == quote && text.substr(i).starts_with(close)) {
            return i + close.size();
        }
    }
    return text.size();
}

/// The line of a key with too many dots. Empty: there is none.
std::optional<std::size_t> find_deep_key(std::string_view text) {
    std::size_t line = 1;
    std::size_t dots = 0;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '"' || c == '\'') {
            const auto end = skip_string(text, i);
            line += static_cast<std::size_t>(std::ranges::count(text.substr(i, end - i), '\n'));
            i = end;
            continue;
        }
        if (c == '#') {
            i = std::min(text.find('\n', i), text.size());
            continue;
        }
        if (c == '\n') ++line;
        if (c == '\n' || c == '=' || c == ',' || c == '{') dots = 0;
        if (c == '.' && ++dots > kMaxDots) return line;
        ++i;
    }
    return std::nullopt;
}

std::string describe(const toml::node& node) {
    if (const auto* text = node.as_string()) return fmt::format("string \"{}\"", text->get());
    if (const auto* number = node.as_integer()) return fmt::format("integer `{}`", number->get());
    if (const auto* flag = node.as_boolean()) return fmt::format("boolean `{}`", flag->get());
    if (const auto* real = node.as_floating_point()) {
        return fmt::format("floating point `{}`", real->get());
    }
    if (node.is_array()) return "sequence";
    return "map";
}

}  // namespace

TomlReader::TomlReader(std::string_view document) : document_(document) {
    if (const auto line = find_deep_key(document)) {
        throw Error(Errc::corrupt, toml_error_text(document, *line, 1,
                                                   "a key has more parts than any file needs"));
    }
    try {
        root_ = toml::parse(document);
    } catch (const toml::parse_error& e) {
        fail(e.source(), e.description());
    }
}

const std::string& TomlReader::string(const toml::table& in, std::string_view key) const {
    return as_string(require(in, key));
}

bool TomlReader::boolean(const toml::table& in, std::string_view key) const {
    const auto& node = require(in, key);
    if (const auto* value = node.as_boolean()) return value->get();
    fail_type(node, "a boolean");
}

const toml::table& TomlReader::table(const toml::table& in, std::string_view key) const {
    return as_table(require(in, key));
}

const toml::array& TomlReader::array(const toml::table& in, std::string_view key) const {
    const auto& node = require(in, key);
    if (const auto* value = node.as_array()) return *value;
    fail_type(node, "a sequence");
}

const std::string* TomlReader::find_string(const toml::table& in, std::string_view key) const {
    return in.contains(key) ? &string(in, key) : nullptr;
}

bool TomlReader::find_boolean(const toml::table& in, std::string_view key) const {
    return in.contains(key) && boolean(in, key);
}

const toml::table* TomlReader::find_table(const toml::table& in, std::string_view key) const {
    return in.contains(key) ? &table(in, key) : nullptr;
}

const toml::array* TomlReader::find_array(const toml::table& in, std::string_view key) const {
    return in.contains(key) ? &array(in, key) : nullptr;
}

const std::string& TomlReader::as_string(const toml::node& node) const {
    if (const auto* value = node.as_string()) return value->get();
    fail_type(node, "a string");
}

const toml::table& TomlReader::as_table(const toml::node& node) const {
    if (const auto* value = node.as_table()) return *value;
    fail_type(node, "a map");
}

void TomlReader::fail(const toml::source_region& at, std::string_view cause) const {
    const std::size_t line = std::max<std::size_t>(at.begin.line, 1);
    const std::size_t column = std::max<std::size_t>(at.begin.column, 1);
    const bool one_line = at.end.line == at.begin.line && at.end.column > at.begin.column;
    const std::size_t width = one_line ? at.end.column - at.begin.column : 1;
    throw Error(Errc::corrupt, toml_error_text(document_, line, column, cause, width));
}

const toml::node& TomlReader::require(const toml::table& in, std::string_view key) const {
    if (const auto* node = in.get(key)) return *node;
    fail(in.source(), fmt::format("missing field `{}`", key));
}

void TomlReader::fail_type(const toml::node& node, std::string_view expected) const {
    fail(node.source(), fmt::format("invalid type: {}, expected {}", describe(node), expected));
}

}  // namespace latchkey::dist
