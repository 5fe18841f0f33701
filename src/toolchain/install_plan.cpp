#include "install_plan.hpp"

#include <string>

#include "latchkey/dist/change.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/combined.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/server.hpp"

namespace latchkey::toolchain {
namespace {

/// What rustup says before the downloads.
std::vector<Message> change_messages(const dist::ChangePlan& plan, const dist::Manifest& manifest,
                                     const std::string& target, bool recovering) {
    std::vector<Message> messages;
    for (const dist::Component& component : plan.up_to_date) {
        messages.push_back({false, dist::up_to_date_text(manifest, component, target)});
    }
    for (const dist::Component& component : plan.unavailable) {
        messages.push_back({true, dist::skipping_text(manifest, component, target)});
    }
    if (recovering) messages.push_back({false, "recovering from a partially installed toolchain"});
    for (const dist::Component& component : plan.uninstall) {
        messages.push_back({false, dist::removing_text(manifest, component, target, true)});
    }
    if (!plan.install.empty()) {
        messages.push_back({false, dist::downloading_text(manifest, plan.install)});
    }
    return messages;
}

/// Whatever the toolchain is now.
Plan plan_replacement(const Snapshot& snapshot, const ChannelAnswer& answer,
                      const std::vector<dist::Component>& exactly) {
    Plan plan;
    plan.final_list = exactly;
    plan.install = exactly;
    plan.anew = snapshot.installed();
    plan.update_hash = dist::update_hash(answer.hash);
    plan.messages.push_back({false, dist::downloading_text(answer.manifest, plan.install)});
    return plan;
}

}  // namespace

Error not_installable_error(const dist::ToolchainName& name) {
    return Error(Errc::not_found, "toolchain '" + name.str() + "' is not installable");
}

Plan plan_install(const Snapshot& snapshot, const dist::ToolchainName& name,
                  const ChannelAnswer& answer, const InstallRequest& request,
                  const dist::ComponentWishes& wishes, std::optional<Shortage>& shortage) {
    if (request.only_if_absent && snapshot.has_files) {
        return no_change();
    }
    if (request.exactly) return plan_replacement(snapshot, answer, *request.exactly);
    const std::string& target = name.target();
    // An empty folder is none, whatever it is called; nor is one that lists nothing.
    const bool there = snapshot.anything_installed || !snapshot.components.empty();
    dist::ChangeRequest change;
    change.add =
        dist::wanted_components(answer.manifest, target, there ? std::nullopt : request.profile,
                                request.components, request.targets);
    change.force = request.force;
    std::optional<dist::InstalledConfig> config;
    if (snapshot.has_config) config = dist::InstalledConfig{snapshot.component_list()};
    const std::vector<dist::Component> installed =
        dist::starting_list(config, snapshot.anything_installed, answer.manifest, target);
    const dist::WishedChange wished =
        dist::wished_change(wishes, answer.manifest, target, request.components, installed);
    dist::add_wishes(change, wished, installed);
    const dist::Manifest* old_manifest = snapshot.manifest();
    const dist::ChangePlan components =
        dist::plan_change(installed, old_manifest, answer.manifest, target, change);
    if (components.refused()) {
        const dist::Manifest& names = old_manifest != nullptr ? *old_manifest : answer.manifest;
        shortage = Shortage{components.unavailable, names};
        throw Error(Errc::not_found, dist::unavailable_text_with_advice(
                                         answer.manifest, components.unavailable, name.str()));
    }
    // A channel that has nothing for this target: a toolchain of nothing is none, forced or not.
    if (components.final_list.empty()) throw not_installable_error(name);
    Plan plan;
    plan.unchanged = components.unchanged;
    plan.final_list = components.final_list;
    plan.install = components.install;
    plan.update_hash = dist::update_hash(answer.hash);
    if (snapshot.installed() && !snapshot.usable) {
        // Its manifest or its compiler is missing: then nothing of it can be counted on.
        plan.unchanged = false;
        plan.anew = true;
        plan.install = plan.final_list;
    }
    // A toolchain of the format of before 2016 has components, but none that are known by name.
    const bool nothing_known = !snapshot.anything_installed || !snapshot.has_config;
    plan.messages = change_messages(components, answer.manifest, target,
                                    !components.uninstall.empty() && nothing_known);
    for (const dist::Component& component : wished.lacking) {
        plan.messages.push_back(
            {true, dist::lacking_text(answer.manifest, component, target, name.str())});
    }
    return plan;
}

Plan plan_combined(const store::Home& home, const Snapshot& snapshot,
                   const dist::ToolchainName& name, const ChannelAnswer& answer,
                   const InstallRequest& request) {
    Plan plan;
    const std::string hash = dist::update_hash(answer.hash);
    plan.unchanged = (request.only_if_absent && snapshot.has_files) ||
                     find_update_hash(home, name.str(), snapshot) == hash;
    if (plan.unchanged) return plan;
    if (snapshot.has_config) throw obsolete_manifest_error();
    plan.combined = true;
    plan.final_list = {dist::combined_component()};
    plan.install = plan.final_list;
    plan.late_messages = {{false, "installing component rust"}};
    plan.update_hash = hash;
    return plan;
}

}  // namespace latchkey::toolchain
