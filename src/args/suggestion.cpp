#include "suggestion.hpp"

#include <algorithm>

#include "latchkey/base/utf8.hpp"

namespace latchkey::args {

namespace {

constexpr double kAlike = 0.7;
constexpr char32_t kReplacement = 0xFFFD;

/// The code point at the front, whose length is known.
char32_t front_point(std::string_view text, std::size_t length) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (length == 1) return byte(0);
    auto point = static_cast<char32_t>(byte(0) & (0xFF >> (length + 1)));
    for (std::size_t at = 1; at < length; ++at) point = (point << 6) | (byte(at) & 0x3F);
    return point;
}

}  // namespace

double similarity(std::string_view one, std::string_view other) {
    const std::u32string left = code_points(one);
    const std::u32string right = code_points(other);
    if (left.empty() && right.empty()) return 1;
    if (left.empty() || right.empty()) return 0;

    // Equal letters count as matching where they are not further apart than half the longer word.
    const std::size_t half = std::max(left.size(), right.size()) / 2;
    const std::size_t reach = half > 0 ? half - 1 : 0;
    std::vector<bool> taken(right.size());
    std::u32string matching_left;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const std::size_t end = std::min(right.size(), i + reach + 1);
        for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
            if (taken[j] || left[i] != right[j]) continue;
            taken[j] = true;
            matching_left += left[i];
            break;
        }
    }
    if (matching_left.empty()) return 0;

    std::size_t out_of_order = 0;
    std::size_t next = 0;
    for (std::size_t j = 0; j < right.size(); ++j) {
        if (taken[j] && matching_left[next++] != right[j]) ++out_of_order;
    }
    const auto matches = static_cast<double>(matching_left.size());
    const auto transpositions = static_cast<double>(out_of_order / 2);
    return (matches / static_cast<double>(left.size()) +
            matches / static_cast<double>(right.size()) + (matches - transpositions) / matches) /
           3;
}

std::vector<std::string> similar_words(std::string_view word,
                                       std::span<const std::string_view> candidates) {
    std::vector<std::pair<double, std::string>> found;
    for (const std::string_view candidate : candidates) {
        const double likeness = similarity(word, candidate);
        if (likeness > kAlike) found.emplace_back(likeness, candidate);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    std::vector<std::string> words;
    for (auto& [likeness, text] : found) words.push_back(std::move(text));
    return words;
}

std::u32string code_points(std::string_view text) {
    std::u32string points;
    while (!text.empty()) {
        const std::size_t length = code_point_length(text);
        points += length == 0 ? kReplacement : front_point(text, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return points;
}

}  // namespace latchkey::args
