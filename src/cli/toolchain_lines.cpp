#include "toolchain_lines.hpp"

#include <algorithm>

#include "latchkey/base/file_error.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/component_status.hpp"
#include "latchkey/dist/installed_config.hpp"
#include "latchkey/dist/rustlib.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/toolchain/component_list.hpp"
#include "options_check.hpp"

namespace latchkey::cli {

std::string Marks::suffix(const std::string& toolchain) const {
    const bool is_active = toolchain == active;
    const bool is_default = toolchain == default_choice;
    if (is_active && is_default) return " (active, default)";
    if (is_active) return " (active)";
    return is_default ? " (default)" : "";
}

Marks marks_of(const Context& context, const std::optional<resolve::Active>& active) {
    Marks marks;
    if (active && !std::holds_alternative<dist::PathName>(active->name)) {
        marks.active = resolve::str(active->name);
    }
    if (const auto chosen = resolve::find_default(context.site())) {
        marks.default_choice = dist::str(*chosen);
    }
    return marks;
}

std::vector<facts::Toolchain> list_toolchains(const Context& context, const Marks& marks) {
    std::vector<facts::Toolchain> toolchains;
    for (const dist::AnyName& each : resolve::list_installed(context.home().layout())) {
        const std::string name = dist::str(each);
        toolchains.push_back({.name = name,
                              .path = shown_path(context.home(), name),
                              .is_active = name == marks.active,
                              .is_default = name == marks.default_choice});
    }
    return toolchains;
}

std::string shown_path(const store::Home& home, const std::string& toolchain) {
    const std::string path = store::current_directory(home, toolchain);
    if (path != home.toolchain(toolchain)) return path;
    return platform::find_link(path).value_or(path);
}

task::awaitable<std::vector<std::string>> load_targets(Context& context, resolve::Name toolchain) {
    const dist::ToolchainName* official = resolve::official(toolchain);
    if (official == nullptr) co_return targets_of(load_component_names(context, toolchain));
    check_options(context);
    const toolchain::Inventory inventory = toolchain::load_list(context.home(), *official);
    std::vector<std::string> targets;
    for (const dist::ComponentStatus& status :
         dist::component_statuses(inventory.manifest(), official->target(), inventory.components)) {
        const bool is_std = status.component.pkg == "rust-std" && status.component.target;
        if (is_std && status.installed) targets.push_back(*status.component.target);
    }
    co_return targets;
}

std::vector<std::string> load_component_names(const Context& context,
                                              const resolve::Name& toolchain) {
    const std::string directory = resolve::toolchain_path(context.home().layout(), toolchain);
    const std::string path = dist::note_path(directory, dist::kComponentsNote);
    if (!platform::is_file(path)) return {};
    try {
        const std::string text = platform::find_file_text(path).value_or("");
        if (!is_utf8(text)) throw Error(Errc::corrupt, std::string(kNotUtf8));
        return dist::parse_installed_components(text);
    } catch (const Error& e) {
        throw file_error(e, "read components file", path);
    }
}

std::vector<std::string> targets_of(const std::vector<std::string>& component_names) {
    const std::string prefix = "rust-std-";
    std::vector<std::string> targets;
    for (const std::string& name : component_names) {
        if (name.starts_with(prefix)) targets.push_back(name.substr(prefix.size()));
    }
    return targets;
}

}  // namespace latchkey::cli
