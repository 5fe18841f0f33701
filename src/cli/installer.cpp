#include "installer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "installation.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/init/checks.hpp"
#include "latchkey/init/texts.hpp"
#include "latchkey/platform/process.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/resolve/installed.hpp"
#include "placed_programs.hpp"
#include "shell_scene.hpp"

namespace latchkey::cli {
namespace {

constexpr std::chrono::seconds kProxyPatience{60};

/// What the command line says, and then the user.
struct Wishes {
    std::optional<std::string> host;
    std::optional<std::string> toolchain;  ///< A name, or "none".
    std::string profile;
    std::vector<std::string> components;
    std::vector<std::string> targets;
    bool update_default = true;
    bool modify_path = true;
};

Wishes wishes_of(const args::Invocation& invocation) {
    Wishes wishes;
    wishes.host = invocation.value("default-host");
    wishes.toolchain = invocation.value("default-toolchain");
    wishes.profile = invocation.required("profile");
    wishes.components = invocation.values("component");
    wishes.targets = invocation.values("target");
    wishes.update_default = !invocation.flag("no-update-default-toolchain");
    wishes.modify_path = !invocation.flag("no-modify-path");
    return wishes;
}

bool wants_none(const Wishes& wishes) {
    return wishes.toolchain == "none";
}

// --- before anything is changed

/// A toolchain could be named with these.
void check_names(const Context& context, const Wishes& wishes) {
    const std::string system = resolve::load_system_tuple(context.site().variables);
    try {
        const std::string name =
            wants_none(wishes) ? "stable" : wishes.toolchain.value_or("stable");
        (void)dist::parse_official_name(name).resolve(wishes.host.value_or(system));
    } catch (const Error& e) {
        throw Error(e.code(),
                    fmt::format("Pre-checks for host and toolchain failed: {}\n"
                                "If you are unsure of suitable values, the 'stable' toolchain is "
                                "the default.\nValid host tuples look something like: {}",
                                e.what(), system));
    }
}

/// Throws: Errc::usage in rustup's words.
void check_toolchain_answer(const std::string& answer) {
    (void)dist::parse_official_name_or_none(answer);
}

std::string profile_named(const std::string& answer) {
    if (answer == "m") return "minimal";
    if (answer == "d") return "default";
    if (answer == "c") return "complete";
    (void)dist::parse_profile(answer);
    return answer;
}

task::awaitable<void> ask_for(Context& context, Wishes& wishes) {
    screen::Input& input = context.input();
    context.print(
        "I'm going to ask you the value of each of these installation options.\n"
        "You may simply press the Enter key to leave unchanged.\n\n");
    wishes.host = co_await input.ask(
        "Default host tuple?",
        wishes.host.value_or(resolve::load_system_tuple(context.site().variables)));
    const std::string toolchain = co_await input.ask(
        "Default toolchain? (stable/beta/nightly/none)", wishes.toolchain.value_or("stable"));
    check_toolchain_answer(toolchain);
    wishes.toolchain = toolchain;
    const std::string profile = co_await input.ask(
        "Profile (which tools and data to install)? (minimal/default/complete)", wishes.profile);
    wishes.profile = profile_named(profile);
    wishes.modify_path = co_await input.ask_whether("Modify PATH variable?", wishes.modify_path);
}

init::InitChoices choices_of(const Context& context, const Wishes& wishes) {
    init::InitChoices choices;
    choices.host = wishes.host.value_or(resolve::load_system_tuple(context.site().variables));
    choices.toolchain = wishes.toolchain.value_or("stable (default)");
    choices.profile = wishes.profile;
    choices.modify_path = wishes.modify_path;
    return choices;
}

void welcome(Context& context, const Wishes& wishes, const setup::ShellScene& scene) {
    init::WelcomeFacts facts;
    facts.rustup_home = context.site().variables.rustup_home.root();
    facts.cargo_home = context.site().variables.cargo_home;
    if (wishes.modify_path) facts.start_up_files = edited_files(scene);
    context.print(init::welcome_text(facts, context.color()));
}

/// False: the user does not want it.
task::awaitable<bool> agree(Context& context, Wishes& wishes) {
    bool customized = false;
    for (;;) {
        context.print(init::choices_text(choices_of(context, wishes), context.color()));
        context.print(init::menu_text(customized));
        const std::string answer = co_await context.input().read_line();
        context.print("\n");
        if (answer.empty() || answer == "1") co_return true;
        if (answer != "2") co_return false;
        customized = true;
        co_await ask_for(context, wishes);
    }
}

// --- the toolchain

task::awaitable<void> change_defaults(Context& context, const Wishes& wishes) {
    const dist::Profile profile = dist::parse_profile(wishes.profile);
    const std::optional<std::string> host = wishes.host;
    if (host) (void)dist::resolve_target({}, *host);
    auto change = [profile, &host](config::Settings& settings) {
        settings.profile = profile;
        if (host) settings.default_host = host;
    };
    co_await context.change_settings(change);
    context.log().info("profile set to " + wishes.profile);
    if (host) {
        context.log().info("setting default host tuple to " + *host);
    } else {
        context.log().info("default host tuple is " + context.site().host);
    }
}

void warn_of_ignored(Context& context, std::string_view kind,
                     const std::vector<std::string>& names) {
    if (names.empty()) return;
    context.log().warn(fmt::format("ignoring requested {}{}: {}", kind,
                                   names.size() == 1 ? "" : "s", join(names, ", ")));
}

/// Which toolchain to install or update. Empty: none.
std::optional<dist::ToolchainName> choose_toolchain(Context& context, const Wishes& wishes) {
    if (wants_none(wishes)) {
        context.log().info("skipping toolchain installation");
        warn_of_ignored(context, "component", wishes.components);
        warn_of_ignored(context, "target", wishes.targets);
        context.print("\n");
        return std::nullopt;
    }
    const auto chosen = resolve::find_default(context.site());
    const bool asked = wishes.toolchain || !wishes.targets.empty() || !wishes.components.empty() ||
                       wishes.update_default;
    if (!asked) {
        context.log().info("updating existing rustup installation - leaving toolchains alone");
        context.print("\n");
        return std::nullopt;
    }
    const std::string host = wishes.host.value_or(context.site().host);
    if (wishes.toolchain) return dist::parse_official_name(*wishes.toolchain).resolve(host);
    if (!chosen) return dist::parse_official_name("stable").resolve(host);
    const resolve::Name name = resolve::to_name(*chosen);
    const dist::ToolchainName* const official = resolve::official(name);
    return official == nullptr ? std::nullopt : std::optional(*official);
}

/// Shells with one command share a line. A text can only say what is text.
std::vector<init::SourceLine> source_lines(const setup::ShellScene& scene) {
    std::vector<init::SourceLine> lines;
    for (const setup::Shell& shell : setup::find_shells(scene)) {
        if (!is_utf8(shell.source_line)) continue;
        const auto same = std::ranges::find(lines, shell.source_line, &init::SourceLine::command);
        if (same != lines.end()) {
            same->shells += "/" + std::string(shell.shown);
        } else {
            lines.push_back({shell.source_line, std::string(shell.shown)});
        }
    }
    return lines;
}

/// cargo and rustc, where they were asked for by name, must start through their proxies.
task::awaitable<void> check_proxies(Context& context, std::vector<std::string> components,
                                    std::string toolchain) {
    platform::Environment environment = context.environment();
    environment.unset("RUSTUP_FORCE_ARG0");
    constexpr std::array<const char*, 2> kChecked = {"cargo", "rustc"};
    for (const std::string tool : kChecked) {
        if (std::find(components.begin(), components.end(), tool) == components.end()) continue;
        const std::string program = bin_folder(context) + "/" + tool;
        const std::vector<std::string> words = {program, "+" + toolchain, "--version"};
        auto job = [&](const OnWorker& on) {
            return platform::run_and_capture(on, program, words, environment, kProxyPatience);
        };
        platform::ChildOutput output;
        try {
            output = co_await task::offload(context.loop().workers(), std::move(job));
        } catch (const Error&) {
            // As bad as one that fails.
        }
        if (output.exit_code == 0) continue;
        throw Error(Errc::bug,
                    "rustup executable proxies don't seem to work\n"
                    "help: this might be a bug in latchkey");
    }
}

task::awaitable<void> install_default(Context& context, Wishes wishes,
                                      dist::ToolchainName toolchain) {
    toolchain::InstallRequest request;
    request.profile = dist::parse_profile(wishes.profile);
    request.components = wishes.components;
    request.targets = wishes.targets;
    request.force = true;
    if (resolve::is_installed(context.home().layout(), toolchain)) {
        context.log().warn("Updating existing toolchain, profile choice will be ignored");
    }
    std::vector<screen::SummaryItem> items;
    items.push_back(co_await install_toolchain(context, toolchain, std::move(request)));
    co_await check_proxies(context, wishes.components, toolchain.str());
    co_await set_default(context, toolchain.str());
    context.print_summary(items);
}

}  // namespace

task::awaitable<int> run_installer(Context& context, args::Invocation invocation) {
    const bool confirmed = invocation.flag("yes");
    Wishes wishes = wishes_of(invocation);
    warn_of_profile(context, dist::parse_profile(wishes.profile));
    check_names(context, wishes);
    co_await init::check_existing_rust(context.log(), context.input(), context.environment(),
                                       confirmed);
    init::warn_of_existing_settings(context.log(), context.environment(), context.site());
    const bool home_is_own =
        init::check_home_is_own(context.log(), context.environment(), confirmed);
    const setup::ShellScene scene = co_await load_shell_scene(context);
    if (!confirmed) {
        welcome(context, wishes, scene);
        const bool agreed = co_await agree(context, wishes);
        if (!agreed) {
            context.log().info("aborting installation");
            co_return 0;
        }
    }
    co_await place_programs(context);
    co_await add_shell_set_up(context, scene, wishes.modify_path);
    co_await change_defaults(context, wishes);
    const auto toolchain = choose_toolchain(context, wishes);
    if (toolchain) co_await install_default(context, wishes, *toolchain);
    context.print(init::farewell_text(setup::shown_cargo_home(scene), source_lines(scene),
                                      wishes.modify_path, context.color()));
    init::warn_of_missing_linker(context.log(), context.environment(), context.site());
    co_return home_is_own ? 0 : 1;
}

task::awaitable<int> run_self_replace(Context& context) {
    co_await place_programs(context);
    co_return 0;
}

}  // namespace latchkey::cli
