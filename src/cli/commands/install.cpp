#include <fmt/format.h>

#include <algorithm>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "installation.hpp"
#include "latchkey/resolve/installed.hpp"
#include "non_host.hpp"
#include "self_update.hpp"
#include "tracking.hpp"

namespace latchkey::cli {
namespace {

struct Options {
    toolchain::InstallRequest request;
    bool update = true;
    bool force_non_host = false;
    bool make_override = false;
    bool update_self = true;
};

Options options_of(const Context& context, const Invocation& invocation) {
    Options options;
    const auto profile = invocation.value("profile");
    options.request.profile = profile ? dist::parse_profile(*profile) : context.profile();
    options.request.components = invocation.values("component");
    options.request.targets = invocation.values("target");
    options.request.force = invocation.flag("force");
    options.request.allow_downgrade = invocation.flag("allow-downgrade");
    options.update = !invocation.flag("no-update");
    options.force_non_host = invocation.flag("force-non-host");
    options.make_override = invocation.flag("override");
    options.update_self = !invocation.flag("no-self-update");
    return options;
}

/// Only who names a target can mean another system than this one.
void check_target(const Context& context, const dist::PartialToolchainName& name, bool force) {
    if (!name.has_target()) return;
    const std::string target = name.resolve(load_system_tuple(context.place())).target();
    check_runs_here(context.place(), name.str(), target, force);
}

task::awaitable<void> install_named(Context& context, dist::PartialToolchainName name,
                                    Options options) {
    check_target(context, name, options.force_non_host);
    const dist::ToolchainName toolchain = name.resolve(context.place().host);
    const bool wanted = options.update || !resolve::is_installed(context.home().root(), toolchain);
    std::vector<SummaryItem> items;
    if (wanted) {
        items.push_back(co_await install_toolchain(context, toolchain, options.request));
    } else {
        items.push_back(co_await summarise(context, toolchain, SummaryItem::Banner::unchanged));
    }
    context.print_summary(items);
    if (options.make_override) {
        co_await set_override(context, context.place().working_directory, toolchain.str());
    }
    const bool fresh = items.front().banner == SummaryItem::Banner::installed;
    if (fresh && !resolve::find_default(context.place())) {
        co_await set_default(context, toolchain.str());
    }
}

task::awaitable<int> install_all_named(Context& context, std::vector<std::string> names,
                                       Options options) {
    for (const std::string& name : names) {
        co_await install_named(context, dist::parse_official_name(name), options);
    }
    const int exit_code = co_await update_self_if_wanted(context, options.update_self);
    co_await check_self_if_wanted(context);
    co_return exit_code;
}

/// One toolchain of many: what goes wrong is told, and the others go on.
task::awaitable<SummaryItem> update_one(Context& context, dist::ToolchainName toolchain,
                                        toolchain::InstallRequest request) {
    try {
        SummaryItem item = co_await install_toolchain(context, toolchain, std::move(request));
        co_return item;
    } catch (const Error& e) {
        context.log().error(e.chain().front());
    }
    SummaryItem item = co_await summarise(context, toolchain, SummaryItem::Banner::failed);
    co_return item;
}

task::awaitable<int> update_all(Context& context, Options options) {
    std::vector<SummaryItem> items;
    for (const dist::ToolchainName& toolchain : tracking_toolchains(context.home().root())) {
        items.push_back(co_await update_one(context, toolchain, options.request));
    }
    if (items.empty()) {
        context.log().info("no updatable toolchains installed");
    } else {
        context.print_summary(items);
    }
    const int self_exit_code = co_await update_self_if_wanted(context, options.update_self);
    context.log().info("cleaning up downloads & tmp directories");
    co_await context.engine().clean_downloads();
    co_await check_self_if_wanted(context);
    const bool failed = std::any_of(items.begin(), items.end(), [](const SummaryItem& item) {
        return item.banner == SummaryItem::Banner::failed;
    });
    co_return failed ? 1 : self_exit_code;
}

}  // namespace

task::awaitable<int> run_install(Context& context, Invocation invocation) {
    const Options options = options_of(context, invocation);
    warn_of_profile(context, *options.request.profile);
    const std::vector<std::string> names = invocation.values("TOOLCHAIN");
    if (!names.empty()) co_return co_await install_all_named(context, names, options);
    const resolve::Active active = co_await install_active(context, options.force_non_host);
    context.log().info(
        fmt::format("the active toolchain `{}` has been installed", resolve::str(active.name)));
    context.log().info("it's active because: " + resolve::reason(active));
    co_await check_self_if_wanted(context);
    co_return 0;
}

task::awaitable<int> run_update(Context& context, Invocation invocation) {
    const Options options = options_of(context, invocation);
    warn_of_profile(context, *options.request.profile);
    const std::vector<std::string> names = invocation.values("TOOLCHAIN");
    if (names.empty()) co_return co_await update_all(context, options);
    co_return co_await install_all_named(context, names, options);
}

}  // namespace latchkey::cli
