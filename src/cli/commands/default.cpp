#include <fmt/format.h>

#include "active_toolchain.hpp"
#include "commands.hpp"
#include "installation.hpp"
#include "latchkey/dist/change_texts.hpp"
#include "latchkey/resolve/host.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"

namespace latchkey::cli {
namespace {

int show_default(Context& context) {
    const auto chosen = resolve::find_default(context.site());
    if (!chosen) throw Error(Errc::not_found, "no default toolchain is configured");
    context.print(dist::str(*chosen) + " (default)\n");
    return 0;
}

task::awaitable<void> choose_official(Context& context, dist::ToolchainName toolchain,
                                      bool force_non_host) {
    resolve::check_runs_here(context.site().variables, toolchain.str(), toolchain.target(),
                             force_non_host);
    std::vector<screen::SummaryItem> items;
    if (say_deputy(context, toolchain)) {
        co_await set_default(context, toolchain.str());
        co_return;
    }
    if (resolve::is_more_than_a_folder(context.home().layout(), toolchain)) {
        context.log().info(dist::existing_install_text(toolchain.str()));
        items.push_back(co_await summarise_installed(context, toolchain,
                                                     screen::SummaryItem::Banner::unchanged));
    } else {
        toolchain::InstallRequest request = usual_request(context);
        items.push_back(co_await install_toolchain(context, toolchain, std::move(request)));
    }
    co_await set_default(context, toolchain.str());
    context.print_summary(items);
}

task::awaitable<void> choose(Context& context, dist::ResolvableNameOrNone name,
                             bool force_non_host) {
    if (std::holds_alternative<dist::NoName>(name)) {
        co_await set_default(context, std::nullopt);
        co_return;
    }
    if (const auto* partial = std::get_if<dist::PartialToolchainName>(&name)) {
        co_await choose_official(context, partial->resolve(context.site().host), force_non_host);
        co_return;
    }
    const resolve::Name custom = std::get<dist::CustomName>(name);
    if (!resolve::is_installed(context.home().layout(), custom)) {
        throw resolve::not_installed_error(custom, false);
    }
    co_await set_default(context, resolve::str(custom));
}

void note_other_choice(Context& context) {
    const auto active = context.find_active();
    if (!active || active->source == resolve::Source::default_) return;
    context.log().info(fmt::format("note that the toolchain '{}' is currently in use ({})",
                                   resolve::str(active->name), resolve::reason(*active)));
}

task::awaitable<int> run_default(Context& context, args::Invocation invocation) {
    const auto text = invocation.value("TOOLCHAIN");
    if (!text) co_return show_default(context);
    const auto name = dist::parse_resolvable_name_or_none(*text);
    co_await choose(context, name, invocation.flag("force-non-host"));
    note_other_choice(context);
    co_return 0;
}

}  // namespace

CommandEntries default_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "default", .run = run_default}};
    return kEntries;
}

}  // namespace latchkey::cli
