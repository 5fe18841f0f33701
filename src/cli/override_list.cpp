#include "override_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace latchkey::cli {

std::string override_list_text(const std::vector<OverrideLine>& lines) {
    if (lines.empty()) return "no overrides\n";
    std::string text;
    for (const OverrideLine& line : lines) {
        text +=
            fmt::format("{:<40}\t{:<20}\n",
                        line.directory + (line.gone ? " (not a directory)" : ""), line.toolchain);
    }
    const auto is_gone = [](const OverrideLine& line) { return line.gone; };
    if (std::any_of(lines.begin(), lines.end(), is_gone)) text += "\n";
    return text;
}

}  // namespace latchkey::cli
