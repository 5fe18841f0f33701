#include <fmt/format.h>

#include "commands.hpp"
#include "latchkey/base/utf8.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/task/workers.hpp"
#include "latchkey/upkeep/home_move.hpp"

namespace latchkey::cli {
namespace {

constexpr std::string_view kCategory = "category";

/// What the next commands need to find the home.
void advise(Context& context, const dist::HomeLayout& to) {
    if (context.home().layout() == to) return;
    if (!to.is_by_category()) {
        return context.log().warn(
            "RUSTUP_USE_CATEGORY_HOME is set: unset it, or the next command looks for a home by "
            "category");
    }
    context.log().warn(context.environment().find("RUSTUP_HOME")
                           ? "RUSTUP_HOME is set, and wins: unset it, and set "
                             "RUSTUP_USE_CATEGORY_HOME=1 where your shell sets its variables"
                           : "set RUSTUP_USE_CATEGORY_HOME=1 where your shell sets its variables, "
                             "or the next command looks for a plain home");
}

task::awaitable<int> run_home_move(Context& context, args::Invocation invocation) {
    const config::HomeChoices choices =
        config::find_home_choices(context.environment(), context.site().working_directory);
    const bool by_category = invocation.value("LAYOUT") == kCategory;
    const dist::HomeLayout from = by_category ? choices.plain : choices.category;
    const dist::HomeLayout to = by_category ? choices.category : choices.plain;
    const std::string cargo_home = context.site().variables.cargo_home;
    auto job = [&from, &to, &cargo_home](const OnWorker& on) {
        return upkeep::move_home(on, from, to, cargo_home);
    };
    const auto moved = co_await task::offload(context.loop().workers(), job);
    const std::string place = shown_as_utf8(to.root());
    context.log().info(moved == upkeep::HomeMove::done
                           ? fmt::format("moved the toolchains to '{}'", place)
                           : fmt::format("the toolchains are in '{}' already", place));
    advise(context, to);
    co_return 0;
}

}  // namespace

CommandEntries home_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "home move",
                                                         .run = run_home_move,
                                                         .reads_settings = false,
                                                         .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
