#include "syntax_cause.hpp"

namespace latchkey::config {
namespace {

struct Cause {
    std::string_view tomlplusplus;  ///< A part of its description.
    std::string_view rustup;
};

constexpr Cause kCauses[] = {
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

}  // namespace

std::string_view syntax_cause(std::string_view description) {
    for (const Cause& cause : kCauses) {
        if (description.find(cause.tomlplusplus) != std::string_view::npos) return cause.rustup;
    }
    return description;
}

}  // namespace latchkey::config
