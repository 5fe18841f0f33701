#include "self_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "latchkey/args/help.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/base/shown_url.hpp"
#include "latchkey/config/change_variables.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/setup/new_program.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/setup/release.hpp"
#include "placed_programs.hpp"

namespace latchkey::cli {
namespace {

constexpr std::string_view kVersion = LATCHKEY_VERSION;

/// The releases of rustup whose place this program takes: who wants one of them has it.
constexpr std::array<std::string_view, 2> kStoodFor{"1.29.0", args::kEmulatedVersion};

task::awaitable<setup::Release> load_latest(Context& context, std::string root) {
    const std::string temporary = context.environment().find("TMPDIR").value_or("/tmp");
    setup::Release latest = co_await setup::fetch_latest(context.client(), root, temporary);
    co_return latest;
}

bool is_known(const std::string& version) {
    return version == kVersion || std::ranges::find(kStoodFor, version) != kStoodFor.end();
}

/// What is newer of another program is no news, rustup's own above all.
bool is_current(const setup::Release& release) {
    return !release.ours || is_known(release.version);
}

std::string self_summary(const Context& context, std::string_view what, std::string_view rest) {
    const screen::Paint paint = what == "updated" ? screen::Paint::good : screen::Paint::bold;
    return fmt::format("  {} - {}\n\n", context.paint(paint, fmt::format("rustup {}", what)), rest);
}

task::awaitable<setup::Release> find_wanted(Context& context, std::string root) {
    if (const auto version = context.change_variables().self_update_version) {
        context.log().info(fmt::format("`RUSTUP_VERSION` has been set to `{}`", *version));
        setup::Release wanted;
        wanted.version = *version;
        wanted.ours = true;  // As far as is known before it comes.
        co_return wanted;
    }
    setup::Release latest = co_await load_latest(context, root);
    co_return latest;
}

Error foreign_error(const std::string& url) {
    return Error(
        Errc::unsupported,
        fmt::format("the program at '{}' is not Latchkey; installing it would replace Latchkey",
                    without_credentials(url)));
}

task::awaitable<int> update_from(Context& context, std::string root, SelfUpdateCause cause) {
    const bool asked = cause == SelfUpdateCause::asked_for;
    context.log().info(fmt::format("checking for self-update (current version: {})", kVersion));
    const setup::Release release = co_await find_wanted(context, root);
    const std::string& version = release.version;
    if (asked && !release.ours && !is_known(version)) {
        context.log().info(fmt::format("version {} at '{}' is not a release of Latchkey", version,
                                       without_credentials(root)));
    }
    if (is_current(release)) {
        if (asked) context.print(self_summary(context, "unchanged", kVersion));
        co_await refresh_proxies(context);
        co_return 0;
    }
    context.log().info(fmt::format("downloading self-update (new version: {})", version));
    const std::optional<platform::Fd> program =
        co_await setup::fetch_program(context.client(), root, version, bin_folder(context));
    if (!program) {
        const Error foreign =
            foreign_error(setup::program_url(root, version, resolve::build_tuple()));
        if (asked) throw foreign;
        context.log().warn(foreign.what());
        co_return 0;
    }
    if (asked) {
        const std::string said =
            co_await setup::load_version(context.loop().workers(), *program, context.environment());
        context.print(self_summary(context, "updated",
                                   fmt::format("{} (from {})", printable_line(said), kVersion)));
    }
    const bool replaced = co_await setup::let_replace(context.loop().workers(), *program,
                                                      context.environment(), bin_folder(context));
    if (replaced) co_return 0;
    context.log().error("self-updated failed to replace rustup executable");
    co_return 1;
}

}  // namespace

config::SelfUpdateMode self_update_mode(const Context& context) {
    const platform::Environment& environment = context.environment();
    if (environment.find("CI") && !environment.find("RUSTUP_CI")) {
        return config::SelfUpdateMode::disable;
    }
    return context.site().settings.auto_self_update.value_or(config::SelfUpdateMode::enable);
}

void require_installed(const Context& context) {
    const auto& variables = context.site().variables;
    if (platform::find_target_status(variables.cargo_home + "/bin/rustup")) return;
    throw Error(Errc::not_found,
                fmt::format("rustup is not installed at '{}'", variables.cargo_home));
}

task::awaitable<int> update_self(Context& context, SelfUpdateCause cause) {
    const bool asked = cause == SelfUpdateCause::asked_for;
    const std::optional<std::string> root = context.change_variables().update_root;
    if (!root && !asked) co_return 0;
    if (setup::is_packaged() || !setup::may_write_beside_own_program()) {
        if (!asked) co_return 0;
        context.log().error("self-update is disabled for this build of rustup");
        context.log().error("you should probably use your system package manager to update rustup");
        co_return 1;
    }
    require_installed(context);
    if (!root) {
        throw Error(Errc::unsupported,
                    "no update server is configured: set RUSTUP_UPDATE_ROOT to one that has "
                    "releases of Latchkey");
    }
    co_return co_await update_from(context, *root, cause);
}

task::awaitable<std::optional<SelfNews>> find_self_news(Context& context) {
    const std::optional<std::string> root = context.change_variables().update_root;
    if (!root || setup::is_packaged()) co_return std::nullopt;
    const setup::Release latest = co_await load_latest(context, *root);
    SelfNews news{std::string(kVersion), std::nullopt};
    if (!is_current(latest)) news.available_version = latest.version;
    co_return news;
}

task::awaitable<bool> print_self_check(Context& context) {
    const std::optional<SelfNews> news = co_await find_self_news(context);
    if (!news) co_return false;
    const std::string name = context.paint(screen::Paint::bold, "rustup - ");
    if (news->available_version) {
        context.print(fmt::format("{}{} : {} -> {}\n", name,
                                  context.paint(screen::Paint::caution, "update available"),
                                  news->installed_version, *news->available_version));
    } else {
        context.print(fmt::format("{}{} : {}\n", name,
                                  context.paint(screen::Paint::good, "up to date"),
                                  news->installed_version));
    }
    co_return news->available_version.has_value();
}

task::awaitable<int> update_self_if_wanted(Context& context, bool wanted) {
    if (setup::is_packaged()) {
        context.log().info("self-update is disabled for this build of rustup");
        context.log().info(
            "any updates to rustup will need to be fetched with your system package manager");
        co_return 0;
    }
    if (!wanted || self_update_mode(context) != config::SelfUpdateMode::enable) co_return 0;
    co_return co_await update_self(context, SelfUpdateCause::by_the_way);
}

task::awaitable<void> check_self_if_wanted(Context& context) {
    if (self_update_mode(context) != config::SelfUpdateMode::check_only) co_return;
    (void)co_await print_self_check(context);
}

}  // namespace latchkey::cli
