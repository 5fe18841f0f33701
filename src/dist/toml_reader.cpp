#include "toml_reader.hpp"

namespace latchkey::dist {

const std::string& TomlReader::string(const toml::table& in, std::string_view key) const {
    return as_string(require(in, key));
}

bool TomlReader::boolean(const toml::table& in, std::string_view key) const {
    const auto& node = require(in, key);
    if (const auto* value = node.as_boolean()) return value->get();
    throw source_.wrong_type(node, "a boolean");
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
    throw source_.wrong_type(node, "a string");
}

const toml::table& TomlReader::as_table(const toml::node& node) const {
    if (const auto* value = node.as_table()) return *value;
    throw source_.wrong_type(node, "a map");
}

const toml::array& TomlReader::as_array(const toml::node& node) const {
    if (const auto* value = node.as_array()) return *value;
    throw source_.wrong_type(node, "a sequence");
}

void TomlReader::fail_value(const toml::table& in, std::string_view key,
                            std::string_view cause) const {
    throw source_.fault(require(in, key).source(), cause);
}

void TomlReader::fail_key(const toml::table& in, std::string_view key,
                          std::string_view cause) const {
    throw source_.fault(in.find(key)->first.source(), cause);
}

const toml::node& TomlReader::require(const toml::table& in, std::string_view key) const {
    if (const auto* node = in.get(key)) return *node;
    throw source_.missing_field(in, key);
}

}  // namespace latchkey::dist
