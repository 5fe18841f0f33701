#include "latchkey/dist/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/error.hpp"

namespace latchkey::dist {

std::string_view str(Encoding encoding) noexcept {
    switch (encoding) {
        case Encoding::xz:
            return "xz";
        case Encoding::gz:
            return "gz";
        case Encoding::zst:
            break;
    }
    return "zst";
}

const PackageTarget* Package::find(const std::optional<std::string>& target) const {
    if (is_wildcard()) return &targets.begin()->second;
    if (!target) return nullptr;
    const auto found = targets.find(*target);
    return found == targets.end() ? nullptr : &found->second;
}

std::string target_not_found_text(std::string_view target) {
    return fmt::format(
        "target '{}' not found in channel.  Perhaps check "
        "https://doc.rust-lang.org/nightly/rustc/platform-support.html for available targets",
        target);
}

std::optional<std::string> Manifest::rust_version() const {
    const auto rust = packages.find("rust");
    if (rust == packages.end()) return std::nullopt;
    return rust->second.version;
}

std::span<const Component> Manifest::components_for(std::string_view target) const {
    const auto rust = packages.find("rust");
    if (rust == packages.end()) throw Error(Errc::not_found, "package not found: 'rust'");
    if (const auto* found = rust->second.find(std::string(target))) return found->components;
    throw Error(Errc::not_found, target_not_found_text(target));
}

std::vector<Component> Manifest::profile_components(Profile profile,
                                                    std::string_view target) const {
    const auto list = components_for(target);
    const auto fits = [&](const Component& c) { return !c.target || *c.target == target; };
    std::vector<Component> chosen;
    if (profiles.empty()) {
        std::ranges::copy_if(list, std::back_inserter(chosen),
                             [&](const Component& c) { return !c.is_extension && fits(c); });
        return chosen;
    }
    const auto names = profiles.find(profile);
    if (names == profiles.end()) {
        throw Error(Errc::not_found, fmt::format("profile not found: '{}'", str(profile)));
    }
    for (const auto& name : names->second) {
        const auto found = std::ranges::find_if(
            list, [&](const Component& c) { return c.pkg == name && fits(c); });
        // As rustup records it: a profile's components are never extensions.
        if (found != list.end()) chosen.push_back({found->pkg, found->target});
    }
    return chosen;
}

const PackageTarget* Manifest::find(const Component& component) const {
    const auto package = packages.find(component.pkg);
    return package == packages.end() ? nullptr : package->second.find(component.target);
}

bool Manifest::is_available(const Component& component) const {
    const auto* found = find(component);
    return found && found->available;
}

std::optional<Component> Manifest::renamed(const Component& component) const {
    const auto rename = renames.find(component.pkg);
    if (rename == renames.end()) return std::nullopt;
    return Component{rename->second, component.target, component.is_extension};
}

std::string Manifest::short_name(const Component& component) const {
    const std::string* name = &component.pkg;
    for (const auto& [from, to] : renames) {
        if (to == component.pkg) name = &from;  // The last one in the alphabet wins.
    }
    return *name;
}

std::string Manifest::display_name(const Component& component) const {
    const auto name = short_name(component);
    return component.target ? fmt::format("{}-{}", name, *component.target) : name;
}

std::string Manifest::description(const Component& component) const {
    const auto name = short_name(component);
    if (!component.target) return fmt::format("'{}'", name);
    return fmt::format("'{}' for target '{}'", name, *component.target);
}

}  // namespace latchkey::dist
