#pragma once

#include <optional>
#include <span>
#include <string>

namespace latchkey::screen {

/// How one toolchain came out of an install or update.
struct SummaryItem {
    enum class Banner { installed, updated, unchanged, failed };

    std::string name;
    Banner banner;
    std::string version;                     ///< What its rustc says of itself now.
    std::optional<std::string> old_version;  ///< Said for `updated` only.
};

/// A line for each, the names aligned to the right, between two empty lines.
std::string summary_text(std::span<const SummaryItem> items, bool color);

}  // namespace latchkey::screen
