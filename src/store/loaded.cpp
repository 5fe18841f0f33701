#include "latchkey/store/loaded.hpp"

#include <algorithm>
#include <array>

namespace latchkey::store {
namespace {

constexpr std::array<std::string_view, 3> kDocumentation = {"rust-docs", "rust-docs-json-preview",
                                                            "rustc-docs"};

/// A tool that loads little, and the packages that it does.
struct SmallTool {
    std::string_view name;
    std::array<std::string_view, 6> packages;
};

constexpr std::array<SmallTool, 5> kSmallTools = {{
    {"rustfmt", {"rustfmt-preview", "rustc"}},
    {"rust-lldb", {"rustc"}},
    {"rust-gdb", {"rustc"}},
    {"rust-gdbgui", {"rustc"}},
    {"rust-analyzer", {"rust-analyzer-preview", "rust-analyzer", "rustc", "rust-std", "rust-src"}},
}};

}  // namespace

bool is_documentation(const dist::Component& component) {
    return std::ranges::find(kDocumentation, component.pkg) != kDocumentation.end();
}

bool may_load(std::string_view tool, const dist::Component& component) {
    const auto* small = std::ranges::find(kSmallTools, tool, &SmallTool::name);
    if (small == kSmallTools.end()) return !is_documentation(component);
    return std::ranges::find(small->packages, component.pkg) != small->packages.end();
}

std::vector<lock::Key> keys_of_tool(const State& state, const std::string& toolchain,
                                    std::string_view tool) {
    const std::string place = state.place(toolchain).name();
    std::vector<lock::Key> keys{lock::Key::directory(place)};
    for (const StateComponent& each : state.components) {
        if (each.standing != Standing::listed || !may_load(tool, each.component)) continue;
        keys.push_back(lock::Key::use(place, each.component.full_name()));
    }
    return keys;
}

std::vector<lock::Key> keys_of_all(const Place& place) {
    return {lock::Key::directory(place.name()), lock::Key::use_all(place.name())};
}

}  // namespace latchkey::store
