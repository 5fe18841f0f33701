#include <fmt/format.h>

#include <variant>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/facts/history.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/task/workers.hpp"
#include "latchkey/toolchain/past.hpp"

namespace latchkey::cli {
namespace {

using toolchain::PastEntry;

/// Only a channel has releases.
///
/// Throws: Errc::unsupported for any other name.
const dist::ToolchainName& require_channel(const dist::ToolchainName* name,
                                           const std::string& text) {
    if (name != nullptr) return *name;
    throw Error(Errc::unsupported,
                "'" + text + "' is a custom toolchain, which has no releases and no history");
}

dist::ToolchainName channel_named(const Context& context, const std::string& text) {
    const dist::AnyName name =
        dist::resolve(dist::parse_resolvable_name(text), context.site().host);
    return require_channel(std::get_if<dist::ToolchainName>(&name), dist::str(name));
}

task::awaitable<dist::ToolchainName> chosen_channel(Context& context,
                                                    std::optional<std::string> text) {
    if (text) co_return channel_named(context, *text);
    const resolve::Name name = co_await require_toolchain(context, std::nullopt);
    co_return require_channel(resolve::official(name), resolve::str(name));
}

std::string shown(const dist::Component& component, const std::string& toolchain) {
    std::string_view name = component.pkg;
    constexpr std::string_view kPreview = "-preview";
    if (name.ends_with(kPreview)) name.remove_suffix(kPreview.size());
    const bool own = component.target && toolchain.ends_with("-" + *component.target);
    if (!component.target || own) return std::string(name);
    return fmt::format("{} for {}", name, *component.target);
}

/// Empty: there are none.
std::string component_line(std::string_view what, const std::vector<dist::Component>& components,
                           const std::string& toolchain) {
    if (components.empty()) return "";
    std::vector<std::string> names;
    for (const dist::Component& each : components) names.push_back(shown(each, toolchain));
    return fmt::format("    {}: {}\n", what, join(names, ", "));
}

std::string local_time(const std::string& utc) {
    const auto time = platform::parse_time(utc);
    return time ? platform::format_local_time(*time, {}) : utc;
}

std::string marks(const PastEntry& past) {
    std::vector<std::string> words;
    if (past.current) words.emplace_back("current");
    if (past.held) words.emplace_back("held");
    return words.empty() ? "" : " (" + join(words, ", ") + ")";
}

std::string entry_text(const Context& context, const PastEntry& past,
                       const std::string& toolchain) {
    const store::HistoryEntry& entry = past.entry;
    std::string what = entry.record.what;
    if (entry.held_at) what += fmt::format(" to {}", *entry.held_at);
    std::string text = context.paint(screen::Paint::bold, fmt::format("{}  ", entry.record.serial));
    text += local_time(entry.record.when) + "  " + what;
    if (!entry.components.empty()) text += "  " + toolchain::release_text(entry);
    text += context.paint(screen::Paint::note, marks(past)) + "\n";
    text += component_line("added", past.added, toolchain);
    text += component_line("removed", past.removed, toolchain);
    text += component_line("changed", past.changed, toolchain);
    if (past.kept_bytes) {
        text += fmt::format("    kept: {:.1f} MiB of its own\n",
                            static_cast<double>(*past.kept_bytes) / (1024 * 1024));
    }
    return text + "    command: " + entry.record.command + "\n";
}

task::awaitable<int> run_history(Context& context, args::Invocation invocation) {
    context.output().tolerate_broken_pipe();
    const dist::ToolchainName name =
        co_await chosen_channel(context, invocation.value("TOOLCHAIN"));
    const std::string toolchain = name.str();
    const store::Home& home = context.home();
    store::refuse_old_format(home);
    auto load = [&](const OnWorker& on) { return toolchain::load_past(on, home, toolchain); };
    const std::vector<PastEntry> past = co_await task::offload(context.loop().workers(), load);
    const bool installed =
        store::find_in_reach(home, toolchain).kind != store::Current::Kind::absent;
    if (past.empty() && !installed) throw resolve::not_installed_error(name, false);
    if (context.json()) {
        context.print_document(facts::history_document(toolchain, past));
        co_return 0;
    }
    if (past.empty()) {
        context.log().info(
            fmt::format("'{}' has no history yet: it begins with the next change of this toolchain",
                        toolchain));
    }
    for (const PastEntry& each : past) context.print(entry_text(context, each, toolchain));
    co_return 0;
}

std::optional<std::uint64_t> parse_entry(const Context& context,
                                         const args::Invocation& invocation) {
    const auto text = invocation.value("to");
    if (!text) return std::nullopt;
    if (const auto serial = parse_number(*text)) return serial;
    throw Error(Errc::usage,
                fmt::format("'{}' is not the number of an entry; `{} toolchain history` shows them",
                            *text, context.program()));
}

task::awaitable<int> run_rollback(Context& context, args::Invocation invocation) {
    const std::optional<std::uint64_t> to = parse_entry(context, invocation);
    const dist::ToolchainName name = channel_named(context, invocation.required("TOOLCHAIN"));
    const toolchain::RolledBack result = co_await context.engine().rollback(name, to);
    if (!result.changed) {
        context.log().info(fmt::format("{} is what entry {} of its history says already",
                                       name.str(), result.serial));
        co_return 0;
    }
    context.log().info(
        fmt::format("{} is at {} again, and held there: `{} update --unhold {}` "
                    "releases it",
                    name.str(), result.release, context.program(), name.str()));
    co_return 0;
}

}  // namespace

CommandEntries history_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "toolchain history", .run = run_history},
        CommandEntry{.path = "toolchain rollback",
                     .run = run_rollback,
                     .warns_of_variables = true,
                     .hints_of_release = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli
