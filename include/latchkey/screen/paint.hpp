#pragma once

#include <string>
#include <string_view>

namespace latchkey::screen {

/// The styles of lists and summaries.
enum class Paint {
    bold,     ///< What is there.
    good,     ///< Headings; what went well.
    note,     ///< "(active, default)"
    caution,  ///< "update available"
    bad,      ///< "update failed"
    awaited,  ///< "Checking..."
};

/// The text in this style: with escapes around it, even if it is empty. Without `color`, the text
/// as it is.
std::string painted(Paint paint, std::string_view text, bool color);

}  // namespace latchkey::screen
