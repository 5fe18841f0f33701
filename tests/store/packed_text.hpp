#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gzip_text.hpp"

namespace latchkey::test {

inline std::string packed(std::string_view text) {
    store::GzipWriter writer;
    writer.add(text);
    return writer.finish();
}

/// All lines of a text, but for the end of the last one.
inline std::optional<std::string> find_unpacked(const std::string& path) {
    const auto next = store::find_gzip_lines(path);
    if (!next) return std::nullopt;
    std::string text;
    while (const auto line = (*next)()) text.append(*line).append("\n");
    if (!text.empty()) text.pop_back();
    return text;
}

}  // namespace latchkey::test
