#include <fmt/format.h>

#include <variant>

#include "commands.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/task/group.hpp"
#include "self_update.hpp"

namespace latchkey::cli {
namespace {

using Available = toolchain::Engine::Available;
using CheckResult = std::variant<Available, Error>;

/// A line with escapes, and without.
struct PaintedLine {
    std::string plain;
    std::string painted;
};

PaintedLine awaited_line(const Context& context, const std::string& toolchain) {
    const std::string name = toolchain + " - ";
    const std::string words = "Checking...";
    return {name + words, context.paint(screen::Paint::bold, name) +
                              context.paint(screen::Paint::awaited, words)};
}

PaintedLine result_line(const Context& context, const std::string& toolchain,
                        const Available& available) {
    const std::string installed = available.installed_version.value_or("(unknown version)");
    screen::Paint paint = screen::Paint::bad;
    std::string words = "cannot identify installed or update versions";
    std::string versions;
    if (available.held) {
        paint = screen::Paint::note;
        words = "held";
        versions = ": " + installed;
        if (available.available_version) versions += " -> " + *available.available_version;
    } else if (available.available_version) {
        paint = screen::Paint::caution;
        words = "update available";
        versions = fmt::format(": {} -> {}", installed, *available.available_version);
    } else if (available.installed_version) {
        paint = screen::Paint::good;
        words = "up to date";
        versions = ": " + installed;
    }
    const std::string name = toolchain + " - ";
    return {name + words + versions,
            context.paint(screen::Paint::bold, name) + context.paint(paint, words) + versions};
}

/// What goes wrong with one toolchain is told behind the lines of the others.
task::awaitable<CheckResult> ask(Context& context, dist::ToolchainName toolchain,
                                 screen::Progress::Id id) {
    try {
        CheckResult result = co_await context.engine().check(toolchain);
        const PaintedLine line = result_line(context, toolchain.str(), std::get<Available>(result));
        context.progress().say(id, line.plain, line.painted, false);
        co_return result;
    } catch (const Error& e) {
        context.progress().drop(id);
        CheckResult result = e;
        co_return result;
    }
}

/// All at once, or one after another where no more is wanted.
task::awaitable<std::vector<CheckResult>> ask_all(Context& context,
                                                  std::vector<dist::ToolchainName> toolchains) {
    std::vector<task::awaitable<CheckResult>> questions;
    for (const dist::ToolchainName& each : toolchains) {
        const screen::Progress::Id id = questions.size();
        const PaintedLine line = awaited_line(context, each.str());
        context.progress().say(id, line.plain, line.painted, true);
        questions.push_back(ask(context, each, id));
    }
    std::vector<CheckResult> results;
    if (context.change_variables().concurrent_downloads != 1U) {
        results = co_await task::all(std::move(questions));
        co_return results;
    }
    for (task::awaitable<CheckResult>& question : questions) {
        CheckResult result = co_await std::move(question);
        const bool failed = std::holds_alternative<Error>(result);
        results.push_back(std::move(result));
        if (failed) break;
    }
    co_return results;
}

void set_versions(boost::json::object& value, const std::optional<std::string>& installed,
                  const std::optional<std::string>& available) {
    const std::string_view unclear = installed ? "up-to-date" : "unknown";
    value["status"] = available ? "update-available" : unclear;
    facts::set_text(value, "installed_version", installed);
    facts::set_text(value, "available_version", available);
}

boost::json::object result_value(const std::string& toolchain, const CheckResult& result) {
    boost::json::object value;
    value["name"] = facts::text_value(toolchain);
    if (const auto* error = std::get_if<Error>(&result)) {
        value["status"] = "failed";
        value["error"] = facts::error_value(*error);
        return value;
    }
    const Available& available = std::get<Available>(result);
    set_versions(value, available.installed_version, available.available_version);
    if (available.held) value["status"] = "held";
    return value;
}

/// What all results come to.
struct Sum {
    bool any_update = false;         ///< Of a toolchain that is not held.
    std::optional<Error> failure{};  ///< The first.
};

Sum sum_of(const std::vector<CheckResult>& results) {
    Sum sum;
    for (const CheckResult& result : results) {
        if (const auto* error = std::get_if<Error>(&result)) {
            if (!sum.failure) sum.failure = *error;
            continue;
        }
        const Available& available = std::get<Available>(result);
        sum.any_update = sum.any_update || (available.available_version && !available.held);
    }
    return sum;
}

/// The same questions as for people, in one document: also with what could not be answered.
task::awaitable<int> print_check_document(Context& context,
                                          std::vector<dist::ToolchainName> toolchains,
                                          bool with_self) {
    const std::vector<CheckResult> results = co_await ask_all(context, toolchains);
    boost::json::object document = facts::make_document("check");
    boost::json::array& values = document["toolchains"].emplace_array();
    for (std::size_t number = 0; number < results.size(); ++number) {
        values.push_back(result_value(toolchains[number].str(), results[number]));
    }
    Sum sum = sum_of(results);
    if (with_self && !sum.failure) {
        if (const std::optional<SelfNews> news = co_await find_self_news(context)) {
            boost::json::object& value = document["self"].emplace_object();
            set_versions(value, news->installed_version, news->available_version);
            sum.any_update = sum.any_update || news->available_version;
        }
    }
    context.print_document(document);
    if (sum.failure) throw *sum.failure;
    co_return sum.any_update ? kUpdateAvailable : 0;
}

task::awaitable<int> run_check(Context& context, args::Invocation invocation) {
    const std::vector<dist::ToolchainName> toolchains =
        resolve::list_tracking(context.home().layout());
    const bool with_self = !invocation.flag("no-self-update") &&
                           self_update_mode(context) != config::SelfUpdateMode::disable;
    if (context.json()) {
        co_return co_await print_check_document(context, toolchains, with_self);
    }
    const std::vector<CheckResult> results = co_await ask_all(context, toolchains);
    context.progress().close();
    for (std::size_t number = 0; number < results.size(); ++number) {
        const auto* available = std::get_if<Available>(&results[number]);
        if (available == nullptr) continue;
        context.print(result_line(context, toolchains[number].str(), *available).painted + "\n");
    }
    Sum sum = sum_of(results);
    if (sum.failure) throw *sum.failure;
    if (with_self) {
        const bool newer = co_await print_self_check(context);
        sum.any_update = sum.any_update || newer;
    }
    co_return sum.any_update ? kUpdateAvailable : 0;
}

}  // namespace

CommandEntries check_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "check", .run = run_check, .quiet_hides_progress = false}};
    return kEntries;
}

}  // namespace latchkey::cli
