#include "toml_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "toml_depth.hpp"
#include "toml_error.hpp"

namespace latchkey::dist {
namespace {

struct SyntaxCause {
    std::string_view tomlplusplus;  ///< A part of its description.
    std::string_view rustup;
};

/// Of mistakes that people make by hand.
constexpr SyntaxCause kSyntaxCauses[] = {
    {"could not determine value type", "string values must be quoted, expected literal string"},
    {"expected value, saw", "string values must be quoted, expected literal string"},
    {"expected '=', saw", "key with no value, expected `=`"},
    {"key-value pair: encountered end-of-file", "key with no value, expected `=`"},
    {"parsing string: unescaped control characters", "invalid basic string, expected `\"`"},
    {"parsing literal string: control characters", "invalid literal string, expected `'`"},
    {"table header: expected ']'", "unclosed table, expected `]`"},
    {"expected comma or closing ']'", "missing comma between array elements, expected `,`"},
    {"array: encountered end-of-file", "unclosed array, expected `]`"},
    {"expected key or closing '}'", "unclosed inline table, expected `}`"},
    {"expected a comment or whitespace", "unexpected key or value, expected newline, `#`"},
    {"cannot redefine existing", "duplicate key"},
};

/// toml++'s own words for what is not in the table.
std::string_view syntax_cause(std::string_view description) {
    for (const SyntaxCause& cause : kSyntaxCauses) {
        if (description.find(cause.tomlplusplus) != std::string_view::npos) return cause.rustup;
    }
    return description;
}

/// The value as rustup's texts name it.
std::string describe(const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return fmt::format("string \"{}\"", printable_line(text->get()));
    }
    if (const auto* number = node.as_integer()) return fmt::format("integer `{}`", number->get());
    if (const auto* flag = node.as_boolean()) return fmt::format("boolean `{}`", flag->get());
    if (const auto* number = node.as_floating_point()) {
        const std::string value = toml_float(number->get());
        return fmt::format("floating point `{}`", value == "nan" ? "NaN" : value);
    }
    return node.is_array() ? "sequence" : "map";
}

}  // namespace

TomlSource::TomlSource(std::string document, Errc code)
    : document_(std::move(document)), code_(code) {
    if (auto text = deep_key_text(document_)) throw Error(code_, std::move(*text));
    try {
        root_ = toml::parse(std::string_view(document_));
    } catch (const toml::parse_error& e) {
        const toml::source_position at = e.source().begin;
        throw fault({at, at, nullptr}, syntax_cause(e.description()));
    }
}

Error TomlSource::fault(const toml::source_region& at, std::string_view cause) const {
    const std::size_t line = std::max<std::size_t>(at.begin.line, 1);
    const std::size_t column = std::max<std::size_t>(at.begin.column, 1);
    return Error(code_, toml_error_text(document_, line, column, cause, mark_width(at)));
}

Error TomlSource::wrong_type(const toml::node& node, std::string_view wanted) const {
    return fault(node.source(),
                 fmt::format("invalid type: {}, expected {}", describe(node), wanted));
}

Error TomlSource::missing_field(const toml::table& in, std::string_view key) const {
    const toml::source_region start{{1, 1}, {1, 1}, nullptr};
    return fault(&in == &root_ ? start : in.source(), fmt::format("missing field `{}`", key));
}

Error TomlSource::duplicate_field(std::string_view key) const {
    const std::string_view text = document_;
    const std::size_t width = text.substr(0, text.find_first_of("\r\n")).size();
    return Error(code_,
                 toml_error_text(text, 1, 1, fmt::format("duplicate field `{}`", key), width));
}

/// To the end of the line, for a value that goes on in the next.
std::size_t TomlSource::mark_width(const toml::source_region& at) const {
    if (at.end.line == at.begin.line) return at.end.column - at.begin.column;
    const auto all = lines(document_);
    const bool shown = at.begin.line >= 1 && at.begin.line <= all.size();
    return shown ? all[at.begin.line - 1].size() + 1 - at.begin.column : 1;
}

std::string toml_float(double value) {
    const std::string text = fmt::format("{}", value);  // "inf" and "nan" are TOML's words too.
    const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
    return whole ? text + ".0" : text;
}

}  // namespace latchkey::dist
