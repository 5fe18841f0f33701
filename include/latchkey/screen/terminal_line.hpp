#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::screen {

/// How many columns of a terminal a line takes. Escapes for colours take none, wide letters two.
///
/// Source: Unicode Standard Annex 11, of which only the blocks that are wide as a whole count.
std::size_t columns_of(std::string_view line);

/// Cuts a line so that the last column stays free, because terminals differ in what they do after
/// it. Escapes for colours stay, even those after the cut, so that no colour runs on.
std::string cut_to_columns(std::string_view line, unsigned columns);

}  // namespace latchkey::screen
