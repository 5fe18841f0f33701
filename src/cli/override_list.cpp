#include "override_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/facts/document.hpp"

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

boost::json::array override_values(const std::vector<OverrideLine>& lines) {
    boost::json::array values;
    for (const OverrideLine& line : lines) {
        boost::json::object value;
        facts::set_path(value, "directory", line.directory);
        value["exists"] = !line.gone;
        value["toolchain"] = facts::text_value(line.toolchain);
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace latchkey::cli
