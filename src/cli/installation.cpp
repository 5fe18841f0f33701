#include "installation.hpp"

#include <fmt/format.h>

#include "latchkey/base/utf8.hpp"
#include "latchkey/config/override_key.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/installed.hpp"

namespace latchkey::cli {
namespace {

screen::SummaryItem::Banner banner_of(toolchain::Outcome::Status status) {
    switch (status) {
        case toolchain::Outcome::Status::installed:
            return screen::SummaryItem::Banner::installed;
        case toolchain::Outcome::Status::updated:
            return screen::SummaryItem::Banner::updated;
        case toolchain::Outcome::Status::unchanged:
            break;
    }
    return screen::SummaryItem::Banner::unchanged;
}

/// What this command made or found may be gone by now. It is not there, so nobody may count on it.
void require_still_there(const Context& context, const dist::ToolchainName& toolchain) {
    if (resolve::is_installed(context.home().layout(), toolchain)) return;
    throw Error(Errc::not_found,
                "toolchain '" + toolchain.str() + "' was uninstalled by another process meanwhile");
}

}  // namespace

task::awaitable<screen::SummaryItem> install_toolchain(Context& context,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request) {
    toolchain::Engine& engine = context.engine();
    return install_toolchain(context, engine, std::move(toolchain), std::move(request));
}

task::awaitable<screen::SummaryItem> install_toolchain(Context& context, toolchain::Engine& engine,
                                                       dist::ToolchainName toolchain,
                                                       toolchain::InstallRequest request) {
    const toolchain::Outcome outcome = co_await engine.install(toolchain, std::move(request));
    const screen::SummaryItem::Banner banner = banner_of(outcome.status);
    if (banner == screen::SummaryItem::Banner::unchanged && outcome.old_version) {
        screen::SummaryItem item{toolchain.str(), banner, *outcome.old_version, {}};
        require_still_there(context, toolchain);
        co_return item;
    }
    screen::SummaryItem item = co_await summarise_installed(context, toolchain, banner);
    item.old_version = outcome.old_version;
    co_return item;
}

task::awaitable<screen::SummaryItem> summarise_installed(Context& context,
                                                         dist::ToolchainName toolchain,
                                                         screen::SummaryItem::Banner banner) {
    screen::SummaryItem item = co_await summarise(context, toolchain, banner);
    require_still_there(context, toolchain);
    co_return item;
}

bool say_deputy(Context& context, const dist::ToolchainName& toolchain) {
    const auto deputy = resolve::find_deputy(context.site(), toolchain, {}, {});
    if (!deputy) return false;
    context.log().info(fmt::format("toolchain '{}' is not installed; '{}' is used in its place",
                                   toolchain.str(), deputy->str()));
    return true;
}

void warn_of_profile(Context& context, dist::Profile profile) {
    if (profile != dist::Profile::complete) return;
    context.log().warn(
        "downloading with complete profile isn't recommended unless you are a developer of the "
        "rust language");
}

task::awaitable<screen::SummaryItem> summarise(Context& context, dist::ToolchainName toolchain,
                                               screen::SummaryItem::Banner banner) {
    screen::SummaryItem item{toolchain.str(), banner, {}, {}};
    item.version = co_await context.engine().rustc_version(item.name);
    co_return item;
}

void say_default(Context& context, const std::string& toolchain) {
    context.log().info("default toolchain set to " + toolchain);
}

task::awaitable<void> set_default(Context& context, std::optional<std::string> toolchain) {
    auto change = [&toolchain](config::Settings& settings) {
        settings.default_toolchain = toolchain;
    };
    co_await context.change_settings(change);
    if (toolchain) {
        say_default(context, *toolchain);
    } else {
        context.log().info("default toolchain unset");
    }
}

task::awaitable<void> set_override(Context& context, std::string directory, std::string toolchain) {
    const std::string key = config::override_key(directory);
    auto change = [&](config::Settings& settings) { settings.overrides[key] = toolchain; };
    co_await context.change_settings(change);
    context.log().info(
        fmt::format("override toolchain for {} set to {}", shown_as_utf8(directory), toolchain));
}

}  // namespace latchkey::cli
