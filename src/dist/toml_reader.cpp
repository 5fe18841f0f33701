#include "toml_reader.hpp"

#include <fmt/format.h>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/dist/toml_depth.hpp"
#include "latchkey/dist/toml_error.hpp"

namespace latchkey::dist {
namespace {

std::string describe(const toml::node& node) {
    if (const auto* text = node.as_string())
        return fmt::format("string \"{}\"", printable_line(text->get()));
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
    if (auto text = deep_key_text(document)) throw Error(Errc::corrupt, std::move(*text));
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
    return as_array(require(in, key));
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

const toml::array& TomlReader::as_array(const toml::node& node) const {
    if (const auto* value = node.as_array()) return *value;
    fail_type(node, "a sequence");
}

void TomlReader::fail_value(const toml::table& in, std::string_view key,
                            std::string_view cause) const {
    fail(require(in, key).source(), cause);
}

void TomlReader::fail_key(const toml::table& in, std::string_view key,
                          std::string_view cause) const {
    fail(in.find(key)->first.source(), cause);
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
