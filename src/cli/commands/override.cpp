#include <fmt/format.h>

#include <set>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "installation.hpp"
#include "latchkey/config/override_key.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "override_list.hpp"

namespace latchkey::cli {
namespace {

/// As a user may have written them; `named`: not merely the working directory.
struct Directories {
    std::vector<std::string> paths;
    bool named = true;
};

Directories directories_to_unset(const Context& context, const args::Invocation& invocation) {
    Directories directories;
    if (invocation.flag("nonexistent")) {
        for (const auto& [directory, toolchain] : context.site().settings.overrides) {
            if (!platform::is_directory(directory)) directories.paths.push_back(directory);
        }
    } else if (const auto path = invocation.value("path")) {
        directories.paths.push_back(*path);
    } else {
        directories.paths.push_back(context.site().working_directory);
        directories.named = false;
    }
    return directories;
}

/// One change for all of them.
task::awaitable<void> unset(Context& context, Directories directories) {
    std::set<std::string> removed;
    auto change = [&](config::Settings& settings) {
        for (const std::string& directory : directories.paths) {
            if (settings.overrides.erase(config::override_key(directory)) > 0) {
                removed.insert(directory);
            }
        }
    };
    co_await context.change_settings(change);
    for (const std::string& directory : directories.paths) {
        if (removed.contains(directory)) {
            context.log().info(fmt::format("override toolchain for '{}' removed", directory));
            continue;
        }
        context.log().info(fmt::format("no override toolchain for '{}'", directory));
        if (directories.named) continue;
        context.log().info(
            "you may use `--path <path>` option to remove override toolchain for a specific path");
    }
}

task::awaitable<void> install_where_missing(Context& context, resolve::Name name) {
    if (resolve::is_more_than_a_folder(context.home().layout(), name)) co_return;
    const dist::ToolchainName* toolchain = resolve::official(name);
    if (toolchain == nullptr) throw resolve::not_installed_error(name, false);
    if (say_deputy(context, *toolchain)) co_return;
    toolchain::InstallRequest request = usual_request(context);
    std::vector<screen::SummaryItem> items;
    items.push_back(co_await install_toolchain(context, *toolchain, std::move(request)));
    context.print_summary(items);
}

task::awaitable<int> run_override_list(Context& context, args::Invocation) {
    context.output().tolerate_broken_pipe();
    std::vector<OverrideLine> lines;
    bool any_gone = false;
    for (const auto& [directory, toolchain] : context.site().settings.overrides) {
        const bool gone = !platform::is_directory(directory);
        lines.push_back({directory, toolchain, gone});
        any_gone = any_gone || gone;
    }
    if (context.json()) {
        boost::json::object document = facts::make_document("override-list");
        document["overrides"] = override_values(lines);
        context.print_document(document);
        co_return 0;
    }
    context.print(override_list_text(lines));
    if (any_gone) {
        context.log().info(
            "you may remove overrides for non-existent directories with\n"
            "`rustup override unset --nonexistent`");
    }
    co_return 0;
}

task::awaitable<int> run_override_set(Context& context, args::Invocation invocation) {
    const auto written = dist::parse_resolvable_name(invocation.required("TOOLCHAIN"));
    const resolve::Name name = resolve::to_name(dist::resolve(written, context.site().host));
    co_await install_where_missing(context, name);
    const std::string directory =
        invocation.value("path").value_or(context.site().working_directory);
    co_await set_override(context, directory, resolve::str(name));
    co_return 0;
}

task::awaitable<int> run_override_unset(Context& context, args::Invocation invocation) {
    const Directories directories = directories_to_unset(context, invocation);
    if (directories.paths.empty()) {
        context.log().info("no nonexistent paths detected");
        co_return 0;
    }
    co_await unset(context, directories);
    co_return 0;
}

}  // namespace

CommandEntries override_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "override list", .run = run_override_list},
        CommandEntry{.path = "override set", .run = run_override_set},
        CommandEntry{.path = "override unset", .run = run_override_unset},
    };
    return kEntries;
}

}  // namespace latchkey::cli
