#include "latchkey/dist/change.hpp"

#include <algorithm>

namespace latchkey::dist {
namespace {

bool contains(std::span<const Component> list, const Component& component) {
    return std::ranges::find(list, component) != list.end();
}

void append_once(std::vector<Component>& list, Component component) {
    if (!contains(list, component)) list.push_back(std::move(component));
}

/// The components of `list` that `other` does not have, in order.
std::vector<Component> without(std::span<const Component> list, std::span<const Component> other) {
    std::vector<Component> rest;
    std::ranges::copy_if(list, std::back_inserter(rest),
                         [&](const Component& c) { return !contains(other, c); });
    return rest;
}

/// Whether the channel has the component with the target spelt differently: with one where we have
/// none, or with none where we have one. rust-src was once installed with a target.
bool contains_loosely(std::span<const Component> list, const Component& component) {
    return std::ranges::any_of(list, [&](const Component& c) {
        return c.pkg == component.pkg && (!component.target || !c.target);
    });
}

/// Additions, then what stays of the installed list; fills in what the channel lost.
void decide_final_list(ChangePlan& plan, std::span<const Component> installed,
                       const Manifest& manifest, std::string_view target,
                       const ChangeRequest& request) {
    const auto channel = manifest.components_for(target);
    plan.final_list = request.add;
    for (const auto& component : installed) {
        if (contains(request.remove, component)) continue;
        if (auto renamed = manifest.renamed(component)) {
            append_once(plan.final_list, *std::move(renamed));
        } else if (contains(plan.final_list, component)) {
            continue;
        } else if (contains(channel, component)) {
            plan.final_list.push_back(component);
        } else if (contains_loosely(channel, component)) {
            append_once(plan.final_list, component.without_target());
        } else {
            plan.missing.push_back(component);
        }
    }
}

/// Takes what cannot be downloaded out of the work.
void decide_availability(ChangePlan& plan, const Manifest& manifest) {
    for (const auto& component : plan.install) {
        if (!manifest.is_available(component)) plan.unavailable.push_back(component);
    }
    if (plan.force) {
        plan.install = without(plan.install, plan.unavailable);
        plan.final_list = without(plan.final_list, plan.unavailable);
    }
    plan.unavailable.insert(plan.unavailable.end(), plan.missing.begin(), plan.missing.end());
}

}  // namespace

std::vector<Component> wanted_components(const Manifest& manifest, std::string_view target,
                                         std::optional<Profile> profile,
                                         std::span<const std::string> components,
                                         std::span<const std::string> targets) {
    std::vector<Component> wanted;
    if (profile) wanted = manifest.profile_components(*profile, target);
    const auto channel = manifest.components_for(target);
    for (const auto& name : components) {
        Component component{name, std::string(target)};
        if (auto renamed = manifest.renamed(component)) component = *std::move(renamed);
        if (contains(channel, component.without_target())) component = component.without_target();
        append_once(wanted, std::move(component));
    }
    for (const auto& name : targets) append_once(wanted, {"rust-std", name});
    std::ranges::sort(wanted);
    return wanted;
}

std::vector<Component> starting_list(const std::optional<InstalledConfig>& config,
                                     bool anything_installed, const Manifest& manifest,
                                     std::string_view target) {
    if (config) return config->components;
    if (anything_installed) return manifest.profile_components(Profile::default_, target);
    return {};
}

ChangePlan plan_change(std::span<const Component> installed, const Manifest* installed_manifest,
                       const Manifest& manifest, std::string_view target,
                       const ChangeRequest& request) {
    ChangePlan plan;
    plan.force = request.force;
    decide_final_list(plan, installed, manifest, target, request);
    if (installed_manifest && *installed_manifest == manifest) {
        plan.uninstall = without(installed, plan.final_list);
        plan.install = without(plan.final_list, installed);
        for (const auto& component : request.add) {
            if (contains(installed, component)) plan.up_to_date.push_back(component);
        }
    } else {
        plan.uninstall.assign(installed.begin(), installed.end());
        plan.install = plan.final_list;
    }
    plan.unchanged = plan.install.empty() && plan.uninstall.empty();
    if (!plan.unchanged) decide_availability(plan, manifest);
    return plan;
}

}  // namespace latchkey::dist
