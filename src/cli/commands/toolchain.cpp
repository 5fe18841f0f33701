#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/facts/aliases.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/alias.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/store/collect.hpp"
#include "options_check.hpp"
#include "toolchain_lines.hpp"

namespace latchkey::cli {
namespace {

// --- list

void list_names(Context& context, const std::vector<dist::AnyName>& installed) {
    std::string text;
    for (const dist::AnyName& name : installed) text += dist::str(name) + "\n";
    context.print(text);
}

// --- link

void check_linkable(const std::string& path) {
    for (const char* folder : {"/lib", "/bin"}) {
        if (platform::is_directory(path + folder)) continue;
        throw Error(Errc::not_found, "not a directory: '" + path + folder + "'");
    }
    if (platform::is_file(path + "/bin/rustc")) return;
    throw Error(Errc::not_found, "not a file: '" + path + "/bin/rustc'");
}

// --- alias

task::awaitable<void> change_alias(Context& context, std::string name,
                                   std::optional<std::string> target) {
    auto change = [&](config::Settings& settings) {
        if (target) {
            resolve::set_alias(settings, context.home().layout(), name, *target);
        } else {
            resolve::remove_alias(settings, name);
        }
    };
    co_await context.change_settings(change);
    context.log().info(
        target ? fmt::format("alias {} set to {}", name, context.site().settings.real_name(name))
               : fmt::format("alias {} removed", name));
}

// --- uninstall

void warn_of_use(Context& context, const std::string& toolchain,
                 const std::optional<resolve::Active>& active,
                 const std::optional<dist::AnyName>& chosen) {
    if (active && resolve::str(active->name) == toolchain) {
        context.log().warn(
            "removing the active toolchain; a toolchain override will be required for running Rust "
            "tools");
    }
    if (chosen && dist::str(*chosen) == toolchain) {
        context.log().warn(
            "removing the default toolchain; proc-macros and build scripts might no longer build");
    }
}

/// What cannot be read counts as left: the engine passes over it.
bool may_be_left(const store::Home& home) {
    try {
        return store::is_anything_left(home);
    } catch (const Error&) {
        return true;
    }
}

/// Finishes what earlier commands had to leave. An engine is made only if there is something.
task::awaitable<void> clean_up(Context& context) {
    if (may_be_left(context.home())) {
        co_await context.engine().clean_up_if_needed();
    } else {
        check_options(context);
    }
}

task::awaitable<int> run_toolchain_list(Context& context, args::Invocation invocation) {
    context.output().tolerate_broken_pipe();
    const auto installed = resolve::list_installed(context.home().layout());
    if (context.json()) {
        boost::json::object document = facts::make_document("toolchain-list");
        const Marks marks = marks_of(context, co_await show_active_or_nothing(context));
        boost::json::array& values = document["toolchains"].emplace_array();
        for (const facts::Toolchain& each : list_toolchains(context, marks)) {
            values.push_back(facts::toolchain_value(each));
        }
        if (!context.site().settings.aliases.empty()) {
            document["aliases"] = facts::alias_values(context.site());
        }
        context.print_document(document);
        co_await clean_up(context);
        co_return 0;
    }
    if (installed.empty()) {
        context.print("no installed toolchains\n");
        co_await clean_up(context);  // One that was removed may be there still.
        co_return 0;
    }
    if (invocation.flag("quiet")) {
        list_names(context, installed);
        co_await clean_up(context);
        co_return 0;
    }
    const Marks marks = marks_of(context, co_await show_active_or_nothing(context));
    for (const dist::AnyName& each : installed) {
        const std::string name = dist::str(each);
        std::string line = name + context.paint(screen::Paint::note, marks.suffix(name));
        if (invocation.flag("verbose")) line += " " + shown_path(context.home(), name);
        context.print(line + "\n");
    }
    context.print(facts::alias_lines(context.site()));
    co_await clean_up(context);
    co_return 0;
}

int list_aliases(Context& context) {
    context.output().tolerate_broken_pipe();
    if (context.json()) {
        boost::json::object document = facts::make_document("alias-list");
        document["aliases"] = facts::alias_values(context.site());
        context.print_document(document);
        return 0;
    }
    const std::string text = facts::alias_lines(context.site());
    context.print(text.empty() ? "no aliases\n" : text);
    return 0;
}

task::awaitable<int> run_toolchain_alias(Context& context, args::Invocation invocation) {
    const auto name = invocation.value("NAME");
    const auto target = invocation.value("TARGET");
    const bool remove = invocation.flag("remove");
    if (!name && !remove) co_return list_aliases(context);
    if (!name) throw Error(Errc::usage, "`--remove` needs the NAME of the alias to remove");
    if (remove && target) {
        throw Error(Errc::usage, "`--remove` takes the NAME of one alias, and no TARGET");
    }
    if (!remove && !target) {
        throw Error(
            Errc::usage,
            "the TARGET is missing: write for example `rustup toolchain alias " + *name + " 1.80`");
    }
    co_await change_alias(context, *name, target);
    if (context.json()) co_return list_aliases(context);
    co_return 0;
}

task::awaitable<int> run_toolchain_link(Context& context, args::Invocation invocation) {
    const std::string name = dist::parse_custom_name(invocation.required("TOOLCHAIN")).str();
    const std::string path = invocation.required("PATH");
    const auto alias = context.site().settings.aliases.find(name);
    if (alias != context.site().settings.aliases.end()) {
        throw resolve::alias_in_use_error(name, alias->second);
    }
    check_linkable(path);
    const std::string target =
        path.starts_with('/') ? path : context.site().working_directory + "/" + path;
    co_await context.engine().link(name, target);
    co_return 0;
}

task::awaitable<int> run_uninstall(Context& context, args::Invocation invocation) {
    const auto chosen = resolve::find_default(context.site());
    const auto active = context.find_active_or_nothing();
    for (const std::string& text : invocation.values("TOOLCHAIN")) {
        const std::string name =
            dist::str(dist::resolve(dist::parse_resolvable_name(text), context.site().host));
        warn_of_use(context, name, active, chosen);
        const bool removed = co_await context.engine().uninstall(name);
        if (removed) continue;
        context.log().info(fmt::format("no toolchain installed for '{}'", name));
        if (name == "self") {
            context.log().info(
                "if you meant to uninstall rustup itself, use `rustup self uninstall`");
        }
    }
    co_return 0;
}

}  // namespace

CommandEntries toolchain_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "uninstall", .run = run_uninstall},
        CommandEntry{.path = "toolchain alias", .run = run_toolchain_alias},
        CommandEntry{.path = "toolchain list", .run = run_toolchain_list},
        CommandEntry{.path = "toolchain uninstall", .run = run_uninstall},
        CommandEntry{.path = "toolchain link", .run = run_toolchain_link},
    };
    return kEntries;
}

}  // namespace latchkey::cli
