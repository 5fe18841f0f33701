#include <fmt/format.h>

#include <algorithm>

#include "commands.hpp"
#include "latchkey/facts/mirrors.hpp"

namespace latchkey::cli {
namespace {

/// For the connection, and for each wait for a part of an answer.
constexpr std::chrono::seconds kLimit{10};

/// The list, whether or not the environment wins over it.
config::MirrorList load_list(Context& context) {
    config::MirrorList list = config::load_mirror_list(context.home().layout());
    for (const std::string& text : list.warnings) context.log().warn(text);
    if (context.change_variables().names_server) {
        context.log().info("the environment names a server, so the list is not used");
    }
    if (list.mirrors.empty()) {
        context.log().info(fmt::format("no mirror is listed in '{}' or '{}'",
                                       context.home().layout().configuration(),
                                       config::kSystemConfiguration));
    }
    return list;
}

task::awaitable<int> run_list(Context& context, args::Invocation) {
    const config::MirrorList list = load_list(context);
    if (context.json()) {
        context.print_document(facts::mirror_list_document(list));
        co_return 0;
    }
    for (const config::Mirror& mirror : list.mirrors) {
        context.print(facts::mirror_line(mirror) + "\n");
    }
    co_return 0;
}

void print_probe(Context& context, const mirrors::Probe& probe) {
    const bool fine = !probe.failure;
    context.print(
        context.paint(fine ? screen::Paint::good : screen::Paint::bad, fine ? "ok" : "bad") + ": " +
        facts::probe_line(probe) + "\n");
}

/// Without a list, the server in use is tested.
task::awaitable<int> run_test(Context& context, args::Invocation) {
    const config::MirrorList list = load_list(context);
    std::vector<config::Mirror> tested = list.mirrors;
    if (tested.empty()) {
        tested.resize(1);
        tested[0].url = context.change_variables().server.dist_server;
    }
    net::ClientOptions options = context.client_options();
    mirrors::Configured listed;
    listed.mirrors = tested;
    mirrors::use_mirrors(listed, context.environment(), context.site().variables.home, options.warn,
                         options);
    const std::vector<mirrors::Probe> probes =
        co_await mirrors::probe(context.loop(), std::move(options), std::move(tested), kLimit);
    if (context.json()) {
        context.print_document(facts::mirror_list_document(list, probes));
    } else {
        for (const mirrors::Probe& each : probes) print_probe(context, each);
    }
    const bool all_fine = std::ranges::none_of(
        probes, [](const mirrors::Probe& each) { return each.failure.has_value(); });
    co_return all_fine ? 0 : 1;
}

}  // namespace

CommandEntries mirror_list_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "mirror-list list", .run = run_list, .hints_of_release = false},
        CommandEntry{.path = "mirror-list test", .run = run_test, .hints_of_release = false},
    };
    return kEntries;
}

}  // namespace latchkey::cli
