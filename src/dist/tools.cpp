#include "latchkey/dist/tools.hpp"

#include <algorithm>
#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::dist {

const Tool* find_tool_named(std::string_view name) {
    const auto* found = std::ranges::find(kTools, name, &Tool::name);
    return found == kTools.end() ? nullptr : found;
}

bool provides(std::string_view pkg, std::string_view tool) {
    constexpr std::string_view kPreview = "-preview";
    if (pkg.ends_with(kPreview)) pkg.remove_suffix(kPreview.size());
    const Tool* known = find_tool_named(tool);
    return known != nullptr && pkg == known->component;
}

std::string tool_names() {
    std::vector<std::string> quoted;
    for (const Tool& tool : kTools) quoted.push_back("'" + std::string(tool.name) + "'");
    return join(quoted, ", ");
}

}  // namespace latchkey::dist
