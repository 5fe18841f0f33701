#pragma once

#include <optional>
#include <span>
#include <string>

namespace latchkey::screen {

/// The outcome of an install or update for one toolchain.
struct SummaryItem {
    enum class Banner { installed, updated, unchanged, failed };

    std::string name;
    Banner banner;
    std::string version;                     ///< What its rustc now prints of itself.
    std::optional<std::string> old_version;  ///< Shown for `updated` only.
};

/// One line for each toolchain, the names aligned to the right, between two empty lines.
std::string summary_text(std::span<const SummaryItem> items, bool color);

}  // namespace latchkey::screen
