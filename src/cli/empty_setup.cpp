#include "empty_setup.hpp"

#include <algorithm>
#include <string>

#include "latchkey/args/command_table.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"

namespace latchkey::cli {
namespace {

bool is_about_toolchains(std::string_view command) {
    const std::string_view group = command.substr(0, command.find(' '));
    if (group == "self" || group == "completions" || group == "dump-testament") return false;
    return std::ranges::any_of(args::rustup_command().subcommands,
                               [group](const args::Command& each) { return each.name == group; });
}

}  // namespace

void warn_of_empty_setup(Context& context, std::string_view command) {
    if (!is_about_toolchains(command)) return;
    if (!resolve::list_installed(context.home().root()).empty()) return;
    if (resolve::find_default(context.place())) return;
    context.log().warn("no toolchain installed and no default toolchain set\n" +
                       std::string(resolve::kDefaultStableHint));
}

}  // namespace latchkey::cli
