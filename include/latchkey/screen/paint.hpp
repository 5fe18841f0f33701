#pragma once

#include <string>
#include <string_view>

namespace latchkey::screen {

/// How lists and summaries stand out.
enum class Paint {
    bold,     ///< What is there.
    good,     ///< Headings; what went well.
    note,     ///< "(active, default)"
    caution,  ///< "update available"
    bad,      ///< "update failed"
    awaited,  ///< "Checking..."
};

/// With escapes around it, even an empty text; as it is without `color`.
std::string painted(Paint paint, std::string_view text, bool color);

}  // namespace latchkey::screen
