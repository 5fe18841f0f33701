#include "document.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "latchkey/base/text.hpp"
#include "latchkey/dist/toml_depth.hpp"
#include "latchkey/dist/toml_error.hpp"
#include "syntax_cause.hpp"

namespace latchkey::config {

struct Section::Place {
    std::shared_ptr<const toml::table> root;  // Keeps `table` alive.
    std::shared_ptr<const std::string> document;
    const toml::table* table;

    const toml::node* find(std::string_view key) const { return table->get(key); }

    Error error_at(const toml::node& node, std::string_view cause) const {
        const toml::source_position at = node.source().begin;
        return Error(Errc::usage, dist::toml_error_text(*document, at.line, at.column, cause,
                                                        mark_width(node.source())));
    }

    /// To the end of the line, for a value that goes on in the next.
    std::size_t mark_width(const toml::source_region& region) const {
        const auto& [begin, end, path] = region;
        if (begin.line == end.line) return end.column - begin.column;
        return lines(*document)[begin.line - 1].size() + 1 - begin.column;
    }

    std::string require_string(const toml::node& node) const;
};

namespace {

std::string float_text(double value) {
    const std::string text = fmt::format("{}", value);  // "inf" and "nan" are TOML's words too.
    const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
    return whole ? text + ".0" : text;
}

/// The value as rustup's texts name it.
std::string describe(const toml::node& node) {
    if (const auto* text = node.as_string()) return fmt::format("string \"{}\"", text->get());
    if (const auto* number = node.as_integer()) return fmt::format("integer `{}`", number->get());
    if (const auto* flag = node.as_boolean()) return fmt::format("boolean `{}`", flag->get());
    if (const auto* number = node.as_floating_point()) {
        const std::string value = float_text(number->get());
        return fmt::format("floating point `{}`", value == "nan" ? "NaN" : value);
    }
    return node.is_array() ? "sequence" : "map";
}

std::string invalid_type(const toml::node& node, std::string_view wanted) {
    return fmt::format("invalid type: {}, expected {}", describe(node), wanted);
}

/// "expected `a` or `b`", "expected one of `a`, `b`, `c`".
std::string expected(std::span<const std::string_view> choices) {
    if (choices.size() == 2) return fmt::format("expected `{}` or `{}`", choices[0], choices[1]);
    return fmt::format("expected one of `{}`", fmt::join(choices, "`, `"));
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string escaped(char c) {
    switch (c) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\b':
            return "\\b";
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\f':
            return "\\f";
        case '\r':
            return "\\r";
        default:
            return is_control(c) ? fmt::format("\\u{:04X}", static_cast<unsigned char>(c))
                                 : std::string(1, c);
    }
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
    if (const auto* number = node.as_floating_point()) return float_text(number->get());
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

std::string Section::Place::require_string(const toml::node& node) const {
    if (const auto* text = node.as_string()) return text->get();
    throw error_at(node, invalid_type(node, "a string"));
}

bool Section::contains(std::string_view key) const {
    return place_->find(key) != nullptr;
}

std::vector<std::string> Section::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, value] : *place_->table) keys.emplace_back(key.str());
    return keys;
}

std::optional<std::string> Section::find_string(std::string_view key) const {
    const toml::node* node = place_->find(key);
    if (node == nullptr) return std::nullopt;
    return place_->require_string(*node);
}

std::optional<std::vector<std::string>> Section::find_strings(std::string_view key) const {
    const toml::node* node = place_->find(key);
    if (node == nullptr) return std::nullopt;
    const toml::array* array = node->as_array();
    if (array == nullptr) throw place_->error_at(*node, invalid_type(*node, "a sequence"));
    std::vector<std::string> strings;
    for (const toml::node& element : *array) strings.push_back(place_->require_string(element));
    return strings;
}

std::optional<std::string> Section::find_choice(std::string_view key,
                                                std::span<const std::string_view> choices) const {
    const toml::node* node = place_->find(key);
    if (node == nullptr) return std::nullopt;
    const auto* text = node->as_string();
    if (text == nullptr) throw place_->error_at(*node, "wanted string or table");
    if (std::ranges::find(choices, text->get()) == choices.end()) {
        throw place_->error_at(
            *node, fmt::format("unknown variant `{}`, {}", text->get(), expected(choices)));
    }
    return text->get();
}

std::optional<Section> Section::find_section(std::string_view key, std::string_view wanted) const {
    const toml::node* node = place_->find(key);
    if (node == nullptr) return std::nullopt;
    const toml::table* table = node->as_table();
    if (table == nullptr) throw place_->error_at(*node, invalid_type(*node, wanted));
    return Section(std::make_shared<const Place>(Place{place_->root, place_->document, table}));
}

std::string Section::value_text(std::string_view key) const {
    const toml::node& node = *place_->find(key);
    if (nests_deeper(node, kMaxNesting)) {
        throw place_->error_at(node, "a value nests deeper than any file needs");
    }
    return node_text(node);
}

Error Section::missing_field(std::string_view key) const {
    const std::string cause = fmt::format("missing field `{}`", key);
    return Error(Errc::usage, dist::toml_error_text(*place_->document, 1, 1, cause));
}

Error Section::duplicate_field(std::string_view key) const {
    const std::string_view text = *place_->document;
    const std::size_t width = text.substr(0, text.find_first_of("\r\n")).size();
    const std::string cause = fmt::format("duplicate field `{}`", key);
    return Error(Errc::usage, dist::toml_error_text(text, 1, 1, cause, width));
}

Section Document::parse(std::string_view text) {
    if (auto fault = dist::deep_key_text(text)) throw Error(Errc::usage, std::move(*fault));
    auto copy = std::make_shared<const std::string>(text);
    try {
        auto root = std::make_shared<const toml::table>(toml::parse(std::string_view(*copy)));
        const toml::table* table = root.get();
        return Section(std::make_shared<const Section::Place>(
            Section::Place{std::move(root), std::move(copy), table}));
    } catch (const toml::parse_error& e) {
        const toml::source_position at = e.source().begin;
        throw Error(Errc::usage, dist::toml_error_text(*copy, at.line, at.column,
                                                       syntax_cause(e.description())));
    }
}

std::string toml_string(std::string_view text) {
    const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
    const bool literal =
        (has('"') || has('\\')) && !has('\'') && std::ranges::none_of(text, is_control);
    if (literal) return fmt::format("'{}'", text);
    std::string result = "\"";
    for (const char c : text) result += escaped(c);
    return result + "\"";
}

std::string toml_key(std::string_view text) {
    const bool bare = !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
    return bare ? std::string(text) : toml_string(text);
}

}  // namespace latchkey::config
