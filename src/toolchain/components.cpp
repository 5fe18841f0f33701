#include <algorithm>
#include <utility>
#include <variant>

#include "change.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/toolchain/component_list.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "repair.hpp"
#include "services.hpp"

namespace latchkey::toolchain {
namespace {

/// The installed manifest, without which there is no work with components.
const dist::Manifest& require_manifest(const Snapshot& snapshot, const dist::ToolchainName& name) {
    if (!snapshot.installed()) throw resolve::not_installed_error(name, false);
    if (snapshot.manifest()) return *snapshot.manifest();
    if (snapshot.installed_manifest) {
        dist::parse_manifest(snapshot.installed_manifest->text,
                             dist::note_path(snapshot.directory, dist::kManifestNote));
    }
    if (snapshot.combined) throw dist::combined_error(name.str());
    throw dist::missing_manifest_error(name.str());
}

/// All of it or nothing, so the first name that is wrong is the end.
Plan plan_additions(const Snapshot& snapshot, const dist::ToolchainName& name,
                    const std::vector<dist::Component>& asked) {
    const dist::Manifest& manifest = require_manifest(snapshot, name);
    const std::string& target = name.target();
    dist::ChangeRequest request;
    for (const dist::Component& each : asked) {
        dist::Component component = dist::component_to_add(name, manifest, each);
        const bool again = std::ranges::find(request.add, component) != request.add.end();
        if (!again) request.add.push_back(std::move(component));
    }
    const dist::ChangePlan components =
        dist::plan_change(snapshot.component_list(), &manifest, manifest, target, request);
    Plan plan;
    for (const dist::Component& component : components.up_to_date) {
        plan.messages.push_back({false, dist::up_to_date_text(manifest, component, target)});
    }
    plan.unchanged = components.install.empty() || components.refused();
    if (components.refused()) {
        plan.complaint = dist::unavailable_text(manifest, components.unavailable, name.str());
    }
    if (plan.unchanged) return plan;
    plan.final_list = components.final_list;
    plan.install = components.install;
    plan.messages.push_back({false, dist::downloading_text(manifest, plan.install)});
    return plan;
}

/// The components that go, one after another. What is not there stops none of the others.
struct Removal {
    std::vector<dist::Component> list;  ///< What stays.
    std::vector<Message> messages;
    std::vector<dist::UnknownComponent> unknown;
    std::string complaint;
};

Removal plan_removal(const Snapshot& snapshot, const dist::ToolchainName& name,
                     const dist::Manifest& manifest, const std::vector<dist::Component>& asked) {
    Removal removal;
    removal.list = snapshot.component_list();
    try {
        for (const dist::Component& each : asked) {
            const auto found = dist::component_to_remove(name, manifest, removal.list, each);
            if (const auto* unknown = std::get_if<dist::UnknownComponent>(&found)) {
                removal.unknown.push_back(*unknown);
                continue;
            }
            dist::ChangeRequest request;
            request.remove = {std::get<dist::Component>(found)};
            const dist::ChangePlan plan =
                dist::plan_change(removal.list, &manifest, manifest, name.target(), request);
            if (plan.unchanged) continue;
            removal.list = plan.final_list;
            for (const dist::Component& component : plan.uninstall) {
                removal.messages.push_back(
                    {false, dist::removing_text(manifest, component, name.target(), false)});
            }
        }
    } catch (const Error& e) {
        removal.complaint = e.what();
    }
    return removal;
}

Plan plan_removals(const Snapshot& snapshot, const dist::ToolchainName& name,
                   const std::vector<dist::Component>& asked) {
    const dist::Manifest& manifest = require_manifest(snapshot, name);
    Removal removal = plan_removal(snapshot, name, manifest, asked);
    Plan plan;
    plan.unchanged = removal.messages.empty();
    plan.final_list = std::move(removal.list);
    plan.messages = std::move(removal.messages);
    plan.complaint = removal.complaint;
    if (plan.complaint.empty() && !removal.unknown.empty()) {
        plan.complaint = dist::unknown_components_error(name, manifest, removal.unknown).what();
    }
    return plan;
}

}  // namespace

task::awaitable<void> Engine::add_components(dist::ToolchainName name,
                                             std::vector<dist::Component> asked, Inventory seen) {
    ChangeSteps steps;
    steps.known_manifest = std::move(seen.installed_manifest);
    steps.plan = [&](const Snapshot& snapshot) { return plan_additions(snapshot, name, asked); };
    co_await make_whole(*services_, name.str());
    co_await run_change(*services_, name, steps);
}

task::awaitable<void> Engine::remove_components(dist::ToolchainName name,
                                                std::vector<dist::Component> asked,
                                                Inventory seen) {
    ChangeSteps steps;
    steps.known_manifest = std::move(seen.installed_manifest);
    steps.plan = [&](const Snapshot& snapshot) { return plan_removals(snapshot, name, asked); };
    co_await make_whole(*services_, name.str());
    co_await run_change(*services_, name, steps);
}

namespace {

Inventory inventory_of(const Snapshot& snapshot, const dist::ToolchainName& name) {
    (void)require_manifest(snapshot, name);
    return {snapshot.installed_manifest, snapshot.component_list()};
}

}  // namespace

Inventory load_list(const store::Home& home, const dist::ToolchainName& name) {
    store::refuse_old_format(home);
    return inventory_of(load_snapshot_now(home, name.str(), nullptr, Question::list), name);
}

task::awaitable<Inventory> Engine::load_inventory(dist::ToolchainName name) {
    return load_inventory(std::move(name), nullptr);
}

task::awaitable<Inventory> Engine::load_inventory(dist::ToolchainName name, KnownManifest known) {
    const Snapshot snapshot =
        co_await load_snapshot(*services_, name.str(), std::move(known), Question::components);
    Inventory inventory = inventory_of(snapshot, name);
    co_return inventory;
}

}  // namespace latchkey::toolchain
