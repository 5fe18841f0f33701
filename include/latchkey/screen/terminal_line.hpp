#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::screen {

/// How many columns of a terminal a line takes: escapes for colours none, wide letters two.
///
/// Source: Unicode Standard Annex 11; only the blocks that are wide as a whole.
std::size_t columns_of(std::string_view line);

/// The beginning of a line that leaves the last column free: terminals differ in what they do after
/// it. Escapes for colours stay, also those behind the cut, so that no colour goes on for ever.
std::string cut_to_columns(std::string_view line, unsigned columns);

}  // namespace latchkey::screen
