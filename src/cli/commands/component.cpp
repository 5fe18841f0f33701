#include "commands.hpp"
#include "component_list.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/toolchain/component_list.hpp"
#include "official_toolchain.hpp"
#include "options_check.hpp"
#include "toolchain_lines.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<std::vector<ListLine>> load_lines(Context& context, resolve::Name toolchain) {
    const dist::ToolchainName* official = resolve::official(toolchain);
    if (official == nullptr) co_return installed_lines(load_component_names(context, toolchain));
    check_options(context);
    const toolchain::Inventory inventory = toolchain::load_list(context.home(), *official);
    std::vector<ListLine> lines;
    for (const dist::ComponentStatus& status :
         dist::component_statuses(inventory.manifest(), official->target(), inventory.components)) {
        if (status.available) lines.push_back({status.name, status.installed});
    }
    co_return lines;
}

/// What the arguments mean for this toolchain. Whether it has that, the change will say.
std::vector<dist::Component> asked_for(const dist::Manifest& manifest,
                                       const dist::ToolchainName& toolchain,
                                       const args::Invocation& invocation) {
    std::vector<dist::Component> asked;
    for (const std::string& name : invocation.values("COMPONENT")) {
        asked.push_back(dist::resolve_component(manifest, toolchain.target(), name,
                                                invocation.value("target")));
    }
    return asked;
}

task::awaitable<int> run_component_list(Context& context, args::Invocation invocation) {
    return run_list(context, std::move(invocation), load_lines);
}

task::awaitable<int> run_component_add(Context& context, args::Invocation invocation) {
    const dist::ToolchainName toolchain = co_await require_official(context, invocation);
    toolchain::Inventory inventory = co_await context.engine().load_inventory(toolchain);
    std::vector<dist::Component> asked = asked_for(inventory.manifest(), toolchain, invocation);
    co_await context.engine().add_components(toolchain, std::move(asked), std::move(inventory));
    co_return 0;
}

task::awaitable<int> run_component_remove(Context& context, args::Invocation invocation) {
    const dist::ToolchainName toolchain = co_await require_official(context, invocation);
    toolchain::Inventory inventory = co_await context.engine().load_inventory(toolchain);
    std::vector<dist::Component> asked = asked_for(inventory.manifest(), toolchain, invocation);
    co_await context.engine().remove_components(toolchain, std::move(asked), std::move(inventory));
    co_return 0;
}

}  // namespace

CommandEntries component_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "component list", .run = run_component_list},
        CommandEntry{.path = "component add", .run = run_component_add, .warns_of_variables = true},
        CommandEntry{.path = "component remove", .run = run_component_remove},
    };
    return kEntries;
}

}  // namespace latchkey::cli
