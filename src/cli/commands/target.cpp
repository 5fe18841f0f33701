#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "commands.hpp"
#include "component_list.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/toolchain/component_list.hpp"
#include "official_toolchain.hpp"
#include "options_check.hpp"
#include "toolchain_lines.hpp"

namespace latchkey::cli {
namespace {

dist::Component std_for(const std::string& target) {
    return {"rust-std", target, false};
}

/// rust-std of every target that the channel has.
std::vector<dist::ComponentStatus> std_statuses(const toolchain::Inventory& inventory,
                                                const dist::ToolchainName& toolchain) {
    std::vector<dist::ComponentStatus> statuses;
    for (dist::ComponentStatus& status :
         dist::component_statuses(inventory.manifest(), toolchain.target(), inventory.components)) {
        const bool is_std = status.component.pkg == "rust-std" && status.component.target;
        if (is_std && status.available) statuses.push_back(std::move(status));
    }
    return statuses;
}

task::awaitable<std::vector<ListLine>> load_lines(Context& context, resolve::Name toolchain) {
    const dist::ToolchainName* official = resolve::official(toolchain);
    if (official == nullptr) {
        co_return installed_lines(targets_of(load_component_names(context, toolchain)));
    }
    check_options(context);
    const toolchain::Inventory inventory = toolchain::load_list(context.home(), *official);
    std::vector<ListLine> lines;
    for (const dist::ComponentStatus& status : std_statuses(inventory, *official)) {
        lines.push_back({*status.component.target, status.installed});
    }
    co_return lines;
}

/// `all` is all that can be had and is not there; with other names it means nothing.
std::vector<dist::Component> asked_for(const toolchain::Inventory& inventory,
                                       const dist::ToolchainName& toolchain,
                                       const std::vector<std::string>& names) {
    std::vector<dist::Component> asked;
    if (std::find(names.begin(), names.end(), "all") == names.end()) {
        for (const std::string& name : names) asked.push_back(std_for(name));
        return asked;
    }
    if (names.size() > 1) {
        throw Error(Errc::usage,
                    fmt::format("`rustup target add {}` includes `all`", join(names, " ")));
    }
    for (const dist::ComponentStatus& status : std_statuses(inventory, toolchain)) {
        if (!status.installed) asked.push_back(std_for(*status.component.target));
    }
    return asked;
}

void warn_of_host(Context& context, const std::string& target) {
    if (target != context.site().host) return;
    context.log().warn(
        "removing the default host target; proc-macros and build scripts might no longer build");
}

void warn_of_last(Context& context, const toolchain::Inventory& inventory) {
    std::set<std::string> targets;
    for (const dist::Component& component : inventory.components) {
        if (component.target) targets.insert(*component.target);
    }
    if (targets.size() <= 1) {
        context.log().warn("removing the last target; no build targets will be available");
    }
}

task::awaitable<int> run_target_list(Context& context, args::Invocation invocation) {
    return run_list(context, std::move(invocation), load_lines);
}

task::awaitable<int> run_target_add(Context& context, args::Invocation invocation) {
    const dist::ToolchainName toolchain = co_await require_official(context, invocation);
    toolchain::Inventory inventory = co_await context.engine().load_inventory(toolchain);
    std::vector<dist::Component> asked =
        asked_for(inventory, toolchain, invocation.values("TARGET"));
    co_await context.engine().add_components(toolchain, std::move(asked), std::move(inventory));
    co_return 0;
}

task::awaitable<int> run_target_remove(Context& context, args::Invocation invocation) {
    const dist::ToolchainName toolchain = co_await require_official(context, invocation);
    toolchain::KnownManifest manifest;
    for (const std::string& target : invocation.values("TARGET")) {
        warn_of_host(context, target);
        // The warning about the last target depends on what the removals before it have left.
        toolchain::Inventory inventory =
            co_await context.engine().load_inventory(toolchain, manifest);
        manifest = inventory.installed_manifest;
        warn_of_last(context, inventory);
        std::vector<dist::Component> asked{std_for(target)};
        co_await context.engine().remove_components(toolchain, std::move(asked),
                                                    std::move(inventory));
    }
    co_return 0;
}

}  // namespace

CommandEntries target_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "target list", .run = run_target_list},
        CommandEntry{.path = "target add", .run = run_target_add, .warns_of_variables = true},
        CommandEntry{.path = "target remove", .run = run_target_remove},
    };
    return kEntries;
}

}  // namespace latchkey::cli
