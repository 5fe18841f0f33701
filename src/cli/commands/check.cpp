#include <fmt/format.h>

#include <variant>

#include "commands.hpp"
#include "latchkey/task/group.hpp"
#include "self_update.hpp"
#include "tracking.hpp"

namespace latchkey::cli {
namespace {

using Available = toolchain::Engine::Available;
using Answer = std::variant<Available, Error>;

constexpr int kUpdateAvailable = 100;

/// What goes wrong with one toolchain is told behind the lines of those before it.
task::awaitable<Answer> ask(Context& context, dist::ToolchainName toolchain) {
    try {
        Answer answer = co_await context.engine().check(toolchain);
        co_return answer;
    } catch (const Error& e) {
        Answer answer = e;
        co_return answer;
    }
}

std::string answer_line(const Context& context, const std::string& toolchain,
                        const Available& available) {
    const std::string installed = available.installed_version.value_or("(unknown version)");
    std::string result;
    if (available.available_version) {
        result = fmt::format("{}: {} -> {}", context.paint(Paint::caution, "update available"),
                             installed, *available.available_version);
    } else if (available.installed_version) {
        result = fmt::format("{}: {}", context.paint(Paint::good, "up to date"), installed);
    } else {
        result = context.paint(Paint::bad, "cannot identify installed or update versions");
    }
    return context.paint(Paint::bold, toolchain + " - ") + result + "\n";
}

}  // namespace

task::awaitable<int> run_check(Context& context, Invocation invocation) {
    const std::vector<dist::ToolchainName> toolchains = tracking_toolchains(context.home().root());
    std::vector<task::awaitable<Answer>> questions;
    for (const dist::ToolchainName& each : toolchains) questions.push_back(ask(context, each));
    const std::vector<Answer> answers = co_await task::all(std::move(questions));
    bool any = false;
    for (std::size_t number = 0; number < answers.size(); ++number) {
        if (const auto* error = std::get_if<Error>(&answers[number])) throw *error;
        const Available& available = std::get<Available>(answers[number]);
        context.print(answer_line(context, toolchains[number].str(), available));
        any = any || available.available_version;
    }
    const bool wanted = !invocation.flag("no-self-update") &&
                        self_update_mode(context) != config::SelfUpdateMode::disable;
    if (wanted) {
        const bool newer = co_await print_self_check(context);
        any = any || newer;
    }
    co_return any ? kUpdateAvailable : 0;
}

}  // namespace latchkey::cli
