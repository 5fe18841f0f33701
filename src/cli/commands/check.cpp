#include <fmt/format.h>

#include <variant>

#include "commands.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/task/group.hpp"
#include "self_update.hpp"

namespace latchkey::cli {
namespace {

using Available = toolchain::Engine::Available;
using Answer = std::variant<Available, Error>;

/// A line with escapes, and without.
struct Line {
    std::string plain;
    std::string painted;
};

Line awaited_line(const Context& context, const std::string& toolchain) {
    const std::string name = toolchain + " - ";
    const std::string words = "Checking...";
    return {name + words, context.paint(screen::Paint::bold, name) +
                              context.paint(screen::Paint::awaited, words)};
}

Line answer_line(const Context& context, const std::string& toolchain, const Available& available) {
    const std::string installed = available.installed_version.value_or("(unknown version)");
    screen::Paint paint = screen::Paint::bad;
    std::string words = "cannot identify installed or update versions";
    std::string versions;
    if (available.available_version) {
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
task::awaitable<Answer> ask(Context& context, dist::ToolchainName toolchain,
                            screen::Progress::Id id) {
    try {
        Answer answer = co_await context.engine().check(toolchain);
        const Line line = answer_line(context, toolchain.str(), std::get<Available>(answer));
        context.progress().say(id, line.plain, line.painted, false);
        co_return answer;
    } catch (const Error& e) {
        context.progress().drop(id);
        Answer answer = e;
        co_return answer;
    }
}

/// All at once, or one after another where no more is wanted.
task::awaitable<std::vector<Answer>> ask_all(Context& context,
                                             std::vector<dist::ToolchainName> toolchains) {
    std::vector<task::awaitable<Answer>> questions;
    for (const dist::ToolchainName& each : toolchains) {
        const screen::Progress::Id id = questions.size();
        const Line line = awaited_line(context, each.str());
        context.progress().say(id, line.plain, line.painted, true);
        questions.push_back(ask(context, each, id));
    }
    std::vector<Answer> answers;
    if (context.change_variables().concurrent_downloads != 1U) {
        answers = co_await task::all(std::move(questions));
        co_return answers;
    }
    for (task::awaitable<Answer>& question : questions) {
        Answer answer = co_await std::move(question);
        const bool failed = std::holds_alternative<Error>(answer);
        answers.push_back(std::move(answer));
        if (failed) break;
    }
    co_return answers;
}

task::awaitable<int> run_check(Context& context, args::Invocation invocation) {
    const std::vector<dist::ToolchainName> toolchains =
        resolve::list_tracking(context.home().root());
    const std::vector<Answer> answers = co_await ask_all(context, toolchains);
    context.progress().close();
    bool any = false;
    std::optional<Error> failure;
    for (std::size_t number = 0; number < answers.size(); ++number) {
        if (const auto* error = std::get_if<Error>(&answers[number])) {
            if (!failure) failure = *error;
            continue;
        }
        const Available& available = std::get<Available>(answers[number]);
        context.print(answer_line(context, toolchains[number].str(), available).painted + "\n");
        any = any || available.available_version;
    }
    if (failure) throw *failure;
    const bool wanted = !invocation.flag("no-self-update") &&
                        self_update_mode(context) != config::SelfUpdateMode::disable;
    if (wanted) {
        const bool newer = co_await print_self_check(context);
        any = any || newer;
    }
    co_return any ? kUpdateAvailable : 0;
}

}  // namespace

CommandEntries check_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "check", .run = run_check, .quiet_hides_progress = false}};
    return kEntries;
}

}  // namespace latchkey::cli
