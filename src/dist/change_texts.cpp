#include "latchkey/dist/change_texts.hpp"

#include <fmt/format.h>

#include <vector>

#include "latchkey/base/text.hpp"

namespace latchkey::dist {

std::string name_for(const Manifest& manifest, const Component& component,
                     std::string_view target) {
    const auto name = manifest.short_name(component);
    if (!component.target || *component.target == target) return name;
    return fmt::format("{} for target {}", name, *component.target);
}

std::string compact_name_for(const Manifest& manifest, const Component& component,
                             std::string_view target) {
    const bool own = !component.target || *component.target == target;
    return own ? manifest.short_name(component) : manifest.display_name(component);
}

std::string existing_install_text(std::string_view toolchain) {
    return fmt::format("using existing install for {}", toolchain);
}

std::string up_to_date_text(const Manifest& manifest, const Component& component,
                            std::string_view target) {
    return fmt::format("component {} is up to date", name_for(manifest, component, target));
}

std::string skipping_text(const Manifest& manifest, const Component& component,
                          std::string_view target) {
    return fmt::format("skipping unavailable component {}", name_for(manifest, component, target));
}

std::string removing_text(const Manifest& manifest, const Component& component,
                          std::string_view target, bool update_mode) {
    return fmt::format("removing {}component {}", update_mode ? "previous version of " : "",
                       name_for(manifest, component, target));
}

std::string downloading_text(const Manifest& manifest, std::span<const Component> components) {
    if (components.size() > 1) return fmt::format("downloading {} components", components.size());
    return fmt::format("downloading component {}", manifest.short_name(components.front()));
}

std::string latest_update_text(const Manifest& manifest) {
    const auto version = manifest.rust_version();
    if (!version) return fmt::format("latest update on {}", manifest.date);
    return fmt::format("latest update on {} for version {}", manifest.date, *version);
}

std::string skipping_nightly_text(const Manifest& names, std::span<const Component> components,
                                  std::string_view target) {
    std::vector<std::string> list;
    for (const auto& component : components) {
        list.push_back(compact_name_for(names, component, target));
    }
    return fmt::format("skipping nightly with missing component{}: {}",
                       components.size() > 1 ? "s" : "", join(list, ", "));
}

}  // namespace latchkey::dist
