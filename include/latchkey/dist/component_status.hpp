#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// One line of `component list`.
struct ComponentStatus {
    Component component;
    std::string name;  ///< The display name.
    bool installed = false;
    bool available = false;
};

/// Every component of the channel for toolchains of `target`, sorted as Component sorts.
///
/// Throws: as Manifest::components_for.
std::vector<ComponentStatus> component_statuses(const Manifest& manifest, std::string_view target,
                                                std::span<const Component> installed);

/// The component that `component add NAME` means: the one whose full name, internal or display,
/// this is. Otherwise the package of that name for `target_option` or, without it, for the
/// toolchain's own target.
///
/// Throws: as Manifest::components_for.
Component resolve_component(const Manifest& manifest, std::string_view toolchain_target,
                            std::string_view name,
                            const std::optional<std::string>& target_option = {});

}  // namespace latchkey::dist
