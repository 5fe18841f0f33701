#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/minimum_age.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/setup/own_programs.hpp"
#include "latchkey/store/former.hpp"

namespace latchkey::cli {
namespace {

config::SelfUpdateMode parse_self_update_mode(const std::string& text) {
    using Mode = config::SelfUpdateMode;
    for (const Mode mode : {Mode::enable, Mode::disable, Mode::check_only}) {
        if (text == config::str(mode)) return mode;
    }
    throw Error(Errc::bug, "no self-update mode '" + text + "'");
}

/// `mode` is "enable" or "disable", `what` rustup's words for what is switched.
task::awaitable<int> set_switch(Context& context, std::string mode, std::string what,
                                std::optional<bool> config::Settings::*field) {
    const bool enable = mode == "enable";
    auto change = [field, enable](config::Settings& settings) { settings.*field = enable; };
    co_await context.change_settings(change);
    context.log().info("setting " + what + " mode to " + mode);
    co_return 0;
}

task::awaitable<int> run_set_default_host(Context& context, args::Invocation invocation) {
    const std::string host = invocation.required("HOST_TUPLE");
    (void)dist::resolve_target({}, host);  // Throws where no name could be completed with it.
    auto change = [&host](config::Settings& settings) { settings.default_host = host; };
    co_await context.change_settings(change);
    co_return 0;
}

task::awaitable<int> run_set_profile(Context& context, args::Invocation invocation) {
    const std::string name = invocation.required("PROFILE_NAME");
    const dist::Profile profile = dist::parse_profile(name);
    auto change = [profile](config::Settings& settings) { settings.profile = profile; };
    co_await context.change_settings(change);
    context.log().info("profile set to " + name);
    co_return 0;
}

task::awaitable<int> run_set_auto_self_update(Context& context, args::Invocation invocation) {
    const std::string name = invocation.required("AUTO_SELF_UPDATE_MODE");
    const config::SelfUpdateMode mode = parse_self_update_mode(name);
    if (setup::is_packaged()) {
        context.log().warn(
            context.program() +
            " is built with the no-self-update feature: setting auto-self-update will not have any "
            "effect.");
    }
    auto change = [mode](config::Settings& settings) { settings.auto_self_update = mode; };
    co_await context.change_settings(change);
    context.log().info("auto-self-update mode set to " + name);
    co_return 0;
}

task::awaitable<int> run_set_auto_install(Context& context, args::Invocation invocation) {
    return set_switch(context, invocation.required("AUTO_INSTALL_MODE"), "auto install",
                      &config::Settings::auto_install);
}

task::awaitable<int> run_set_release_hint(Context& context, args::Invocation invocation) {
    return set_switch(context, invocation.required("RELEASE_HINT_MODE"), "release hint",
                      &config::Settings::release_hint);
}

task::awaitable<int> run_set_keep_generations(Context& context, args::Invocation invocation) {
    const std::string text = invocation.required("COUNT");
    const auto count = parse_number(text);
    if (!count || *count > store::kMaxKeepGenerations) {
        throw Error(Errc::usage, fmt::format("'{}' is not a number from 0 to {}", text,
                                             store::kMaxKeepGenerations));
    }
    {
        const lock::LockSet held =
            co_await context.acquire(lock::Key::settings(), lock::Mode::exclusive, "the settings");
        store::save_keep_generations(context.home(), *count, held);
    }
    context.log().info(*count == 0
                           ? "former releases of toolchains are not kept"
                           : fmt::format("former releases kept of each toolchain: {}", *count));
    co_await context.engine().clean_up_if_needed();
    co_return 0;
}

task::awaitable<int> run_set_components(Context& context, args::Invocation invocation) {
    const dist::ComponentWishes wishes =
        dist::parse_component_wishes(invocation.required("COMPONENTS"));
    auto change = [&wishes](config::Settings& settings) { settings.components = wishes; };
    co_await context.change_settings(change);
    const std::string shown = dist::str(wishes);
    context.log().info("components of every toolchain set to " + (shown.empty() ? "none" : shown));
    co_return 0;
}

task::awaitable<int> run_set_use_installed(Context& context, args::Invocation invocation) {
    return set_switch(context, invocation.required("USE_INSTALLED_MODE"), "use installed",
                      &config::Settings::use_installed);
}

task::awaitable<int> run_set_minimum_age(Context& context, args::Invocation invocation) {
    const std::chrono::days age = dist::parse_minimum_age(invocation.required("AGE"));
    auto change = [age](config::Settings& settings) {
        settings.minimum_age.reset();
        if (age.count() > 0) settings.minimum_age = age;
    };
    co_await context.change_settings(change);
    context.log().info(age.count() == 0
                           ? "nightlies are installed whatever their age"
                           : "nightlies are installed from an age of " + dist::str(age));
    co_return 0;
}

task::awaitable<int> run_set_signature(Context& context, args::Invocation invocation) {
    const std::string mode = invocation.required("SIGNATURE_MODE");
    const auto policy = config::parse_signature_policy(mode);
    auto change = [policy](config::Settings& settings) { settings.signature = policy; };
    co_await context.change_settings(change);
    context.log().info("setting signature mode to " + mode);
    co_return 0;
}

}  // namespace

CommandEntries set_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "set default-host", .run = run_set_default_host},
        CommandEntry{.path = "set profile", .run = run_set_profile},
        CommandEntry{.path = "set auto-self-update", .run = run_set_auto_self_update},
        CommandEntry{.path = "set auto-install", .run = run_set_auto_install},
        CommandEntry{.path = "set release-hint", .run = run_set_release_hint},
        CommandEntry{.path = "set keep-generations", .run = run_set_keep_generations},
        CommandEntry{.path = "set components", .run = run_set_components},
        CommandEntry{.path = "set use-installed", .run = run_set_use_installed},
        CommandEntry{.path = "set minimum-age", .run = run_set_minimum_age},
        CommandEntry{.path = "set signature", .run = run_set_signature},
    };
    return kEntries;
}

}  // namespace latchkey::cli
