#include "toml_depth.hpp"

#include <algorithm>
#include <cstddef>

#include "toml_error.hpp"

namespace latchkey::dist {
namespace {

/// No file of ours has more than four.
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

}  // namespace

std::optional<std::string> deep_key_text(std::string_view document) {
    const auto line = find_deep_key(document);
    if (!line) return std::nullopt;
    return toml_error_text(document, *line, 1, "a key has too many parts");
}

}  // namespace latchkey::dist
