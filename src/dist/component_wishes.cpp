#include "latchkey/dist/component_wishes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "latchkey/base/error.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/change_texts.hpp"

namespace latchkey::dist {
namespace {

bool has_name_shape(std::string_view text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    return !text.empty() && text.find_first_not_of(kLetters) == std::string_view::npos;
}

[[noreturn]] void refuse_wish(std::string_view part, std::string_view why) {
    throw Error(Errc::usage, fmt::format("invalid component '{}': {}; write for example "
                                         "'+rust-analyzer,-rust-docs', or 'none'",
                                         printable_line(part), why));
}

bool is_among(std::span<const Component> list, const Component& component) {
    return std::ranges::find(list, component) != list.end();
}

/// Under the name and with the target that the channel has for it.
Component meant_by(const Manifest& manifest, std::span<const Component> channel,
                   std::string_view target, const std::string& name) {
    Component component{name, std::string(target)};
    if (auto renamed = manifest.renamed(component)) component = *std::move(renamed);
    if (is_among(channel, component.without_target())) return component.without_target();
    return component;
}

}  // namespace

ComponentWishes parse_component_wishes(std::string_view text) {
    ComponentWishes wishes;
    text = trim(text);
    if (text.empty() || text == "none") return wishes;
    for (const std::string_view each : split(text, ',')) {
        const std::string_view part = trim(each);
        const bool add = part.starts_with('+');
        if (!add && !part.starts_with('-')) refuse_wish(part, "it begins with neither '+' nor '-'");
        const std::string name(part.substr(1));
        if (!has_name_shape(name)) refuse_wish(part, "this is not the name of a component");
        if (!add && name == "rustc") refuse_wish(part, "no toolchain works without it");
        std::vector<std::string>& list = add ? wishes.added : wishes.removed;
        const std::vector<std::string>& other = add ? wishes.removed : wishes.added;
        if (std::ranges::find(other, name) != other.end()) {
            refuse_wish(part, "it is both added and taken out");
        }
        if (std::ranges::find(list, name) == list.end()) list.push_back(name);
    }
    std::ranges::sort(wishes.added);
    std::ranges::sort(wishes.removed);
    return wishes;
}

std::string str(const ComponentWishes& wishes) {
    std::vector<std::string> parts;
    for (const std::string& name : wishes.added) parts.push_back("+" + name);
    for (const std::string& name : wishes.removed) parts.push_back("-" + name);
    return join(parts, ",");
}

WishedChange wished_change(const ComponentWishes& wishes, const Manifest& manifest,
                           std::string_view target, std::span<const std::string> named,
                           std::span<const Component> installed) {
    WishedChange change;
    if (wishes.empty()) return change;
    const auto channel = manifest.components_for(target);
    std::vector<Component> untouched;
    for (const std::string& name : named) {
        untouched.push_back(meant_by(manifest, channel, target, name));
    }
    for (const std::string& name : wishes.added) {
        Component component = meant_by(manifest, channel, target, name);
        if (is_among(untouched, component)) continue;
        if (is_among(channel, component) && manifest.is_available(component)) {
            change.add.push_back(std::move(component));
            continue;
        }
        if (is_among(installed, component)) change.remove.push_back(component);
        change.lacking.push_back(std::move(component));
    }
    for (const std::string& name : wishes.removed) {
        Component component = meant_by(manifest, channel, target, name);
        if (!is_among(untouched, component)) change.remove.push_back(std::move(component));
    }
    return change;
}

void add_wishes(ChangeRequest& request, const WishedChange& wished,
                std::span<const Component> installed) {
    for (const Component& component : wished.add) {
        if (is_among(installed, component) || is_among(request.add, component)) continue;
        request.add.push_back(component);
    }
    std::erase_if(request.add, [&](const Component& c) { return is_among(wished.remove, c); });
    request.remove.insert(request.remove.end(), wished.remove.begin(), wished.remove.end());
    std::ranges::sort(request.add);
}

std::string lacking_text(const Manifest& manifest, const Component& component,
                         std::string_view target, std::string_view toolchain) {
    return fmt::format(
        "component '{}' of `set components` is not available for '{}' ({}); going on without it",
        name_for(manifest, component, target), toolchain, manifest.date);
}

}  // namespace latchkey::dist
