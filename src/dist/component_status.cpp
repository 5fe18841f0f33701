#include "latchkey/dist/component_status.hpp"

#include <algorithm>

namespace latchkey::dist {

std::vector<ComponentStatus> component_statuses(const Manifest& manifest, std::string_view target,
                                                std::span<const Component> installed) {
    std::vector<ComponentStatus> statuses;
    for (const auto& component : manifest.components_for(target)) {
        const bool is_installed = std::ranges::find(installed, component) != installed.end();
        statuses.push_back({component, manifest.display_name(component), is_installed,
                            manifest.is_available(component)});
    }
    std::ranges::stable_sort(statuses, {}, &ComponentStatus::component);
    return statuses;
}

Component resolve_component(const Manifest& manifest, std::string_view toolchain_target,
                            std::string_view name,
                            const std::optional<std::string>& target_option) {
    for (const auto& status : component_statuses(manifest, toolchain_target, {})) {
        if (name == status.name || name == status.component.full_name()) return status.component;
    }
    // rustup calls whatever it does not find by its full name an extension.
    return {std::string(name), target_option.value_or(std::string(toolchain_target)), true};
}

}  // namespace latchkey::dist
