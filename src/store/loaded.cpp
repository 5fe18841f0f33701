#include "latchkey/store/loaded.hpp"

#include <algorithm>
#include <array>

#include "latchkey/dist/tools.hpp"

namespace latchkey::store {
namespace {

constexpr std::array<std::string_view, 3> kDocumentation = {"rust-docs", "rust-docs-json-preview",
                                                            "rustc-docs"};

}  // namespace

bool is_documentation(const dist::Component& component) {
    return std::ranges::find(kDocumentation, component.pkg) != kDocumentation.end();
}

bool may_load(std::string_view tool, const dist::Component& component) {
    const dist::Tool* known = dist::find_tool_named(tool);
    if (known == nullptr || known->loads.front().empty()) return !is_documentation(component);
    return std::ranges::find(known->loads, component.pkg) != known->loads.end();
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

std::vector<lock::Key> keys_of_installed(const State& state, const std::string& toolchain) {
    const std::string place = state.place(toolchain).name();
    std::vector<lock::Key> keys{lock::Key::directory(place)};
    for (const StateComponent& each : state.installed()) {
        keys.push_back(lock::Key::use(place, each.component.full_name()));
    }
    return keys;
}

std::vector<lock::Key> keys_of_all(const Place& place) {
    return {lock::Key::directory(place.name()), lock::Key::use_all(place.name())};
}

}  // namespace latchkey::store
