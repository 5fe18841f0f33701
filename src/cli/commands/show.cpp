#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/args/help.hpp"
#include "latchkey/base/printable.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/facts/toolchains.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "toolchain_lines.hpp"

namespace latchkey::cli {
namespace {

void print_heading(Context& context, const std::string& text) {
    context.print(context.paint(screen::Paint::good, text) + "\n");
    context.print(context.paint(screen::Paint::good, std::string(text.size(), '-')) + "\n");
}

std::string version_lines(const std::string& version, const std::string& path) {
    return fmt::format("compiler: {}\npath: {}\n", printable_line(version), path);
}

/// Empty for any toolchain but a deputy.
std::string deputy_line(const resolve::Active& active) {
    if (!active.wanted) return {};
    return "in place of: " + active.wanted->str() + ", which is not installed\n";
}

std::string reason_line(const resolve::Active& active) {
    return "active because: " + resolve::reason(active) + "\n";
}

task::awaitable<void> print_installed(Context& context, std::vector<dist::AnyName> installed,
                                      Marks marks, bool verbose) {
    bool first = true;
    for (const dist::AnyName& each : installed) {
        const std::string name = dist::str(each);
        if (verbose && !first) context.print("\n");
        first = false;
        context.print(name + context.paint(screen::Paint::note, marks.suffix(name)) + "\n");
        if (!verbose) continue;
        if (!resolve::is_installed(context.home().layout(), resolve::to_name(each))) {
            throw resolve::not_installed_error(resolve::to_name(each), false);  // A dangling link.
        }
        const std::string version = co_await context.engine().rustc_version(name);
        context.print(fmt::format("  {}\n  path: {}\n", printable_line(version),
                                  context.home().toolchain(name)));
    }
    context.print("\n");
}

task::awaitable<void> print_active(Context& context, std::optional<resolve::Active> active,
                                   bool verbose) {
    print_heading(context, "active toolchain");
    if (!active) {
        context.print("no active toolchain\n");
        co_return;
    }
    const std::string name = resolve::str(active->name);
    context.print(fmt::format("name: {}\n{}{}", name, reason_line(*active), deputy_line(*active)));
    if (!resolve::is_installed(context.home().layout(), active->name)) {
        context.log().info("the active toolchain `" + name + "` is not installed");
        co_return;
    }
    if (verbose) {
        const std::string version = co_await context.engine().rustc_version(name);
        context.print(version_lines(version, context.home().toolchain(name)));
    }
    context.print("installed targets:\n");
    const std::vector<std::string> targets = co_await load_targets(context, active->name);
    for (const std::string& target : targets) context.print("  " + target + "\n");
}

/// Where the toolchain's tools run from. Empty: it is not installed.
std::optional<std::string> directory_of(const Context& context, const resolve::Name& name) {
    const dist::HomeLayout& home = context.home().layout();
    if (!resolve::is_installed(home, name)) return std::nullopt;
    return resolve::toolchain_path(home, name);
}

task::awaitable<boost::json::array> make_toolchain_values(Context& context, Marks marks,
                                                          bool verbose) {
    boost::json::array values;
    for (facts::Toolchain& each : list_toolchains(context, marks)) {
        if (verbose) each.rustc_version = co_await context.engine().rustc_version(each.name);
        values.push_back(facts::toolchain_value(each));
    }
    co_return values;
}

task::awaitable<boost::json::object> make_active_value(Context& context, resolve::Active active,
                                                       bool verbose) {
    const std::optional<std::string> directory = directory_of(context, active.name);
    boost::json::object value = facts::active_value(active, directory);
    if (!directory) co_return value;
    if (verbose) {
        const std::string version =
            co_await context.engine().rustc_version(resolve::str(active.name));
        facts::set_rustc_version(value, version);
    }
    co_return value;
}

task::awaitable<void> print_show_document(Context& context, bool verbose) {
    std::optional<resolve::Active> active = co_await show_active_or_nothing(context);
    boost::json::object document = facts::make_document("show");
    facts::set_text(document, "default_host", context.site().host);
    facts::set_home(document, context.home().layout());
    const Marks marks = marks_of(context, active);
    document["toolchains"] = co_await make_toolchain_values(context, marks, verbose);
    if (active) {
        document["active_toolchain"] = co_await make_active_value(context, *active, verbose);
        if (directory_of(context, active->name)) {
            const std::vector<std::string> targets = co_await load_targets(context, active->name);
            document["installed_targets"] = boost::json::array(targets.begin(), targets.end());
        }
    }
    context.print_document(document);
}

task::awaitable<int> run_show(Context& context, args::Invocation invocation) {
    context.output().tolerate_broken_pipe();
    const bool verbose = invocation.flag("verbose");
    if (context.json()) {
        co_await print_show_document(context, verbose);
        co_return 0;
    }
    const std::string& home = context.home().root();
    context.print(fmt::format(
        "{}{}\n{}{}\n\n", context.paint(screen::Paint::good, "Default host: "), context.site().host,
        context.paint(screen::Paint::good, "rustup home:  "), home));
    const auto installed = resolve::list_installed(context.home().layout());
    std::optional<resolve::Active> active = co_await show_active_or_nothing(context);
    if (active && std::holds_alternative<dist::PathName>(active->name)) active.reset();
    print_heading(context, "installed toolchains");
    co_await print_installed(context, installed, marks_of(context, active), verbose);
    co_await print_active(context, active, verbose);
    co_return 0;
}

task::awaitable<int> run_show_active_toolchain(Context& context, args::Invocation invocation) {
    context.output().tolerate_broken_pipe();
    const std::optional<resolve::Active> active = co_await show_active(context);
    if (!active) throw Error(Errc::not_found, "no active toolchain");
    const dist::HomeLayout& home = context.home().layout();
    if (!resolve::is_installed(home, active->name)) {
        throw resolve::uninstalled_override_error(*active);
    }
    const std::string name = resolve::str(active->name);
    if (context.json()) {
        boost::json::object document = facts::make_document("active-toolchain");
        document["active_toolchain"] =
            co_await make_active_value(context, *active, invocation.flag("verbose"));
        context.print_document(document);
        co_return 0;
    }
    if (!invocation.flag("verbose")) {
        const bool by_default = active->source == resolve::Source::default_;
        context.print(fmt::format("{} ({})\n{}", name,
                                  by_default ? "default" : resolve::reason(*active),
                                  deputy_line(*active)));
        co_return 0;
    }
    const std::string version = co_await context.engine().rustc_version(name);
    context.print(name + "\n" + reason_line(*active) + deputy_line(*active) +
                  version_lines(version, resolve::toolchain_path(home, active->name)));
    co_return 0;
}

task::awaitable<int> run_show_home(Context& context, args::Invocation) {
    context.output().tolerate_broken_pipe();
    if (context.json()) {
        boost::json::object document = facts::make_document("home");
        facts::set_home(document, context.home().layout());
        context.print_document(document);
        co_return 0;
    }
    context.print_data(context.home().root() + "\n");
    // stdout is one path, from which scripts get to the toolchains.
    if (const dist::HomeLayout& home = context.home().layout(); home.is_by_category()) {
        context.log().info(
            fmt::format("by category: settings in '{}', downloads in '{}', state in '{}'",
                        home.folders().config, home.folders().cache, home.folders().state));
    }
    co_return 0;
}

task::awaitable<int> run_show_profile(Context& context, args::Invocation) {
    const std::string_view profile = dist::str(context.profile());
    if (context.json()) {
        boost::json::object document = facts::make_document("profile");
        document["profile"] = profile;
        context.print_document(document);
        co_return 0;
    }
    context.print(std::string(profile) + "\n");
    co_return 0;
}

}  // namespace

task::awaitable<int> run_version(Context& context) {
    boost::json::object document = facts::make_document("version");
    document["latchkey_version"] = LATCHKEY_VERSION;
    document["rustup_version"] = args::kEmulatedVersion;
    try {
        const std::optional<resolve::Active> active = co_await find_ready_active(context);
        if (!active) {
            context.log().info("no `rustc` is currently active");
        } else {
            const std::string name = resolve::str(active->name);
            const std::string version = co_await context.engine().rustc_version(name);
            context.log().info(
                fmt::format("the currently active `rustc` version is `{}`", version));
            boost::json::object value =
                facts::active_value(*active, directory_of(context, active->name));
            facts::set_rustc_version(value, version);
            document["active_toolchain"] = std::move(value);
        }
    } catch (const Error& e) {
        context.log().error("failed to display the current `rustc` version: " + e.chain().front());
    }
    if (context.json()) context.print_document(document);
    co_return 0;
}

CommandEntries show_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "show", .run = run_show},
        CommandEntry{.path = "show active-toolchain", .run = run_show_active_toolchain},
        CommandEntry{.path = "show home", .run = run_show_home},
        CommandEntry{.path = "show profile", .run = run_show_profile},
    };
    return kEntries;
}

}  // namespace latchkey::cli
