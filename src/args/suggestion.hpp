#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::args {

/// How alike two words are, 0 to 1: Jaro similarity, over code points.
///
/// Source: M. A. Jaro, "Advances in record-linkage methodology", 1989.
double similarity(std::string_view one, std::string_view other);

/// The candidates whose similarity to the word is above 0.7, the best last.
std::vector<std::string> similar_words(std::string_view word,
                                       std::span<const std::string_view> candidates);

/// The code points of a text. A byte that is not part of one counts as U+FFFD.
std::u32string code_points(std::string_view text);

}  // namespace latchkey::args
