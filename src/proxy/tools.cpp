#include "latchkey/proxy/tools.hpp"

#include <algorithm>

#include "latchkey/base/text.hpp"

namespace latchkey::proxy {
namespace {

/// "/x/cargo.exe" → "cargo".
std::string base_name(const std::string& path) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

}  // namespace

const Tool* find_tool_named(std::string_view name) {
    const auto* found = std::find_if(kTools.begin(), kTools.end(),
                                     [name](const Tool& tool) { return tool.name == name; });
    return found == kTools.end() ? nullptr : found;
}

bool provides(std::string_view pkg, std::string_view tool) {
    constexpr std::string_view kPreview = "-preview";
    if (pkg.ends_with(kPreview)) pkg.remove_suffix(kPreview.size());
    const Tool* known = find_tool_named(tool);
    if (known == nullptr) return false;
    return pkg == (known->component.empty() ? known->name : known->component);
}

std::string tool_names() {
    std::vector<std::string> quoted;
    for (const Tool& tool : kTools) quoted.push_back("'" + std::string(tool.name) + "'");
    return join(quoted, ", ");
}

std::string called_name(const platform::Environment& environment,
                        const std::vector<std::string>& words) {
    if (const auto forced = environment.find("RUSTUP_FORCE_ARG0")) return base_name(*forced);
    return words.empty() ? std::string() : base_name(words.front());
}

}  // namespace latchkey::proxy
