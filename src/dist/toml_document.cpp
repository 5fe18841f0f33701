#include "latchkey/dist/toml_document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/printable.hpp"
#include "latchkey/dist/toml_text.hpp"
#include "toml_source.hpp"

namespace latchkey::dist {

struct TomlSection::Table {
    std::shared_ptr<const TomlSource> source;  // Keeps `table` alive.
    const toml::table* table;

    const toml::node* find(std::string_view key) const { return table->get(key); }

    std::string require_string(const toml::node& node) const {
        if (const auto* text = node.as_string()) return text->get();
        throw source->wrong_type(node, "a string");
    }
};

namespace {

/// "expected `a`", "expected `a` or `b`", "expected one of `a`, `b`, `c`".
std::string expected(std::span<const std::string_view> choices) {
    if (choices.size() == 1) return fmt::format("expected `{}`", choices[0]);
    if (choices.size() == 2) return fmt::format("expected `{}` or `{}`", choices[0], choices[1]);
    return fmt::format("expected one of `{}`", fmt::join(choices, "`, `"));
}

std::string date_text(const toml::date& date) {
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string time_text(const toml::time& time) {
    std::string text = fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
    if (time.nanosecond != 0) text += fmt::format(".{:09}", time.nanosecond);
    return text;
}

std::string date_time_text(const toml::date_time& value) {
    std::string text = date_text(value.date) + "T" + time_text(value.time);
    if (!value.offset) return text;
    const int minutes = value.offset->minutes;
    if (minutes == 0) return text + "Z";
    const int size = minutes < 0 ? -minutes : minutes;
    return text + fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

/// Written as inline tables, dotted keys nest as values do, and toml++ reads 256 levels of these.
constexpr std::size_t kMaxNesting = 64;

bool nests_deeper(const toml::node& node, std::size_t levels) {
    const auto is_too_deep = [levels](const toml::node& child) {
        return levels == 0 || nests_deeper(child, levels - 1);
    };
    if (const auto* array = node.as_array()) return std::ranges::any_of(*array, is_too_deep);
    if (const auto* table = node.as_table()) {
        return std::any_of(table->cbegin(), table->cend(),
                           [&](const auto& entry) { return is_too_deep(entry.second); });
    }
    return false;
}

std::string node_text(const toml::node& node) {
    if (const auto* text = node.as_string()) return toml_string(text->get());
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* number = node.as_floating_point()) return toml_float(number->get());
    if (const auto* value = node.as_date()) return date_text(value->get());
    if (const auto* value = node.as_time()) return time_text(value->get());
    if (const auto* value = node.as_date_time()) return date_time_text(value->get());
    std::vector<std::string> parts;
    if (const auto* array = node.as_array()) {
        for (const toml::node& element : *array) parts.push_back(node_text(element));
        return fmt::format("[{}]", fmt::join(parts, ", "));
    }
    for (const auto& [key, value] : *node.as_table()) {
        parts.push_back(toml_key(key.str()) + " = " + node_text(value));
    }
    return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

}  // namespace

bool TomlSection::contains(std::string_view key) const {
    return table_->find(key) != nullptr;
}

bool TomlSection::has(std::string_view key, std::string_view value) const {
    const toml::node* node = table_->find(key);
    const auto* text = node == nullptr ? nullptr : node->as_string();
    return text != nullptr && text->get() == value;
}

std::vector<std::string> TomlSection::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : *table_->table) keys.emplace_back(key.str());
    return keys;
}

std::optional<std::string> TomlSection::find_string(std::string_view key) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    return table_->require_string(*node);
}

std::optional<std::vector<std::string>> TomlSection::find_strings(std::string_view key) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    const toml::array* array = node->as_array();
    if (array == nullptr) throw table_->source->wrong_type(*node, "a sequence");
    std::vector<std::string> strings;
    for (const toml::node& element : *array) strings.push_back(table_->require_string(element));
    return strings;
}

std::optional<std::int64_t> TomlSection::find_integer(std::string_view key) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* number = node->as_integer()) return number->get();
    throw table_->source->wrong_type(*node, "an integer");
}

std::optional<bool> TomlSection::find_boolean(std::string_view key) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* value = node->as_boolean()) return value->get();
    throw table_->source->wrong_type(*node, "a boolean");
}

std::optional<std::string> TomlSection::find_choice(
    std::string_view key, std::span<const std::string_view> choices) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    const auto* text = node->as_string();
    if (text == nullptr) throw table_->source->fault(node->source(), "wanted string or table");
    if (std::ranges::find(choices, text->get()) == choices.end()) {
        throw table_->source->fault(
            node->source(), fmt::format("unknown variant `{}`, {}", printable_line(text->get()),
                                        expected(choices)));
    }
    return text->get();
}

std::optional<TomlSection> TomlSection::find_section(std::string_view key,
                                                     std::string_view wanted) const {
    const toml::node* node = table_->find(key);
    if (node == nullptr) return std::nullopt;
    const toml::table* table = node->as_table();
    if (table == nullptr) throw table_->source->wrong_type(*node, wanted);
    return TomlSection(std::make_shared<const Table>(Table{table_->source, table}));
}

std::vector<TomlSection> TomlSection::find_sections(std::string_view key) const {
    std::vector<TomlSection> sections;
    const toml::node* node = table_->find(key);
    if (node == nullptr) return sections;
    const toml::array* array = node->as_array();
    if (array == nullptr) throw table_->source->wrong_type(*node, "a sequence");
    for (const toml::node& element : *array) {
        const toml::table* table = element.as_table();
        if (table == nullptr) throw table_->source->wrong_type(element, "a map");
        sections.push_back(
            TomlSection(std::make_shared<const Table>(Table{table_->source, table})));
    }
    return sections;
}

std::string TomlSection::value_text(std::string_view key) const {
    const toml::node& node = *table_->find(key);
    if (nests_deeper(node, kMaxNesting)) {
        throw table_->source->fault(node.source(), "a value nests deeper than any file needs");
    }
    return node_text(node);
}

Error TomlSection::bad_value(std::string_view key, std::string_view cause) const {
    return table_->source->fault(table_->find(key)->source(), cause);
}

std::size_t TomlSection::line_of(std::string_view key) const {
    return table_->table->find(key)->first.source().begin.line;
}

Error TomlSection::missing_field(std::string_view key) const {
    return table_->source->missing_field(*table_->table, key);
}

Error TomlSection::duplicate_field(std::string_view key) const {
    return table_->source->duplicate_field(key);
}

TomlSection parse_toml_document(std::string_view text, Errc code) {
    auto source = std::make_shared<const TomlSource>(std::string(text), code);
    const toml::table* root = &source->root();
    return TomlSection(
        std::make_shared<const TomlSection::Table>(TomlSection::Table{std::move(source), root}));
}

}  // namespace latchkey::dist
