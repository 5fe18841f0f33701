#include <algorithm>

#include "change.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/dist/change.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/dist/component_errors.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/toolchain/engine.hpp"
#include "repair.hpp"
#include "services.hpp"

namespace latchkey::toolchain {
namespace {

/// Old toolchains, installed from a manifest of version 1.
bool looks_like_version_1(const Snapshot& snapshot) {
    const std::string rustlib = snapshot.directory + "/lib/rustlib/manifest-";
    return !snapshot.has_config && platform::is_file(rustlib + "cargo") &&
           platform::is_file(rustlib + "rustc") && platform::is_file(rustlib + "rust-docs");
}

/// The installed manifest, without which there is no work with components.
const dist::Manifest& installed_manifest(const Snapshot& snapshot,
                                         const dist::ToolchainName& name) {
    if (!snapshot.installed()) throw resolve::not_installed_error(name, false);
    if (snapshot.manifest()) return *snapshot.manifest();
    if (snapshot.installed_manifest) {
        dist::parse_manifest(snapshot.installed_manifest->text,
                             snapshot.directory + "/lib/rustlib/multirust-channel-manifest.toml");
    }
    if (looks_like_version_1(snapshot)) {
        throw Error(Errc::unsupported,
                    "toolchain '" + name.str() + "' does not support components (v1 manifest)");
    }
    throw Error(Errc::corrupt, "Missing manifest in toolchain '" + name.str() + "'");
}

/// One argument's part of the goal: what the list becomes.
void add_step(Goal& goal, const dist::ChangePlan& plan, std::vector<Line> lines) {
    goal.final_list = plan.final_list;
    goal.install.insert(goal.install.end(), plan.install.begin(), plan.install.end());
    goal.lines.insert(goal.lines.end(), lines.begin(), lines.end());
}

Goal plan_additions(const Snapshot& snapshot, const dist::ToolchainName& name,
                    const std::vector<dist::Component>& asked) {
    const dist::Manifest& manifest = installed_manifest(snapshot, name);
    const std::string& target = name.target();
    Goal goal;
    goal.final_list = snapshot.component_list();
    try {
        for (const dist::Component& each : asked) {
            dist::ChangeRequest request;
            request.add = {dist::component_to_add(name, manifest, each)};
            const dist::ChangePlan plan =
                dist::plan_change(goal.final_list, &manifest, manifest, target, request);
            if (plan.refused()) {
                throw Error(Errc::not_found, dist::unavailable_text(manifest, plan.unavailable,
                                                                    name.manifest_name()));
            }
            std::vector<Line> lines;
            for (const dist::Component& component : plan.up_to_date) {
                lines.push_back({false, dist::up_to_date_text(manifest, component, target)});
            }
            if (!plan.install.empty()) {
                lines.push_back({false, dist::downloading_text(manifest, plan.install)});
            }
            if (plan.unchanged) {
                goal.lines.insert(goal.lines.end(), lines.begin(), lines.end());
            } else {
                add_step(goal, plan, std::move(lines));
            }
        }
    } catch (const Error& e) {
        goal.failure = e;  // What came before it is added all the same.
    }
    goal.unchanged = goal.install.empty();
    return goal;
}

Goal plan_removals(const Snapshot& snapshot, const dist::ToolchainName& name,
                   const std::vector<dist::Component>& asked) {
    const dist::Manifest& manifest = installed_manifest(snapshot, name);
    Goal goal;
    goal.final_list = snapshot.component_list();
    goal.unchanged = true;
    try {
        for (const dist::Component& each : asked) {
            dist::ChangeRequest request;
            request.remove = {dist::component_to_remove(name, manifest, goal.final_list, each)};
            const dist::ChangePlan plan =
                dist::plan_change(goal.final_list, &manifest, manifest, name.target(), request);
            if (plan.unchanged) continue;
            std::vector<Line> lines;
            for (const dist::Component& component : plan.uninstall) {
                lines.push_back(
                    {false, dist::removing_text(manifest, component, name.target(), false)});
            }
            add_step(goal, plan, std::move(lines));
            goal.unchanged = false;
        }
    } catch (const Error& e) {
        goal.failure = e;
    }
    return goal;
}

}  // namespace

task::awaitable<void> Engine::add_components(dist::ToolchainName name,
                                             std::vector<dist::Component> asked) {
    Planner planner = [&](const Snapshot& snapshot) {
        return plan_additions(snapshot, name, asked);
    };
    ManifestOf manifest_of = installed_manifest_of;
    co_await make_whole(*services_, name.str());
    co_await run_change(*services_, name, std::move(manifest_of), std::move(planner));
}

task::awaitable<void> Engine::remove_components(dist::ToolchainName name,
                                                std::vector<dist::Component> asked) {
    Planner planner = [&](const Snapshot& snapshot) {
        return plan_removals(snapshot, name, asked);
    };
    ManifestOf manifest_of = installed_manifest_of;
    co_await make_whole(*services_, name.str());
    co_await run_change(*services_, name, std::move(manifest_of), std::move(planner));
}

task::awaitable<Inventory> Engine::load_inventory(dist::ToolchainName name) {
    Snapshot snapshot = co_await load_snapshot(*services_, name.str());
    Inventory inventory;
    const dist::Manifest& manifest = installed_manifest(snapshot, name);
    inventory.manifest = {snapshot.installed_manifest, &manifest};
    inventory.components = snapshot.component_list();
    co_return inventory;
}

}  // namespace latchkey::toolchain
