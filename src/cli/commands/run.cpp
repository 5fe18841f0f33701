#include "active_toolchain.hpp"
#include "commands.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/resolve/deputy.hpp"
#include "latchkey/resolve/installed.hpp"
#include "latchkey/resolve/readiness.hpp"
#include "tool_errors.hpp"
#include "tool_run.hpp"

namespace latchkey::cli {
namespace {

bool is_active(Context& context, const resolve::Name& name) {
    const auto active = context.find_active_or_nothing();
    return active && resolve::str(active->name) == resolve::str(name);
}

task::awaitable<void> install_where_missing(Context& context, resolve::Name name, bool install) {
    if (resolve::is_installed(context.home().layout(), name)) co_return;
    const dist::ToolchainName* toolchain = resolve::official(name);
    if (toolchain == nullptr || !install) {
        throw resolve::not_installed_error(name, is_active(context, name));
    }
    toolchain::InstallRequest request = usual_request(context);
    request.force = true;
    request.only_if_absent = true;
    co_await context.engine().install(*toolchain, std::move(request));
}

task::awaitable<int> run_run(Context& context, args::Invocation invocation) {
    const resolve::Name name = resolve::deputised(
        context.site(),
        resolve::load_local_name(invocation.required("TOOLCHAIN"), context.site().host));
    const bool install = invocation.flag("install");
    auto provide = [&context, &name, install] {
        return install_where_missing(context, name, install);
    };
    proxy::ToolRequest request{name, invocation.values("COMMAND"), std::nullopt,
                               context.environment()};
    co_await succeed_with(context, std::move(request), provide);
    co_return 0;
}

task::awaitable<int> run_which(Context& context, args::Invocation invocation) {
    const auto option = invocation.value("toolchain");
    const std::string tool = invocation.required("COMMAND");
    const resolve::Name name = co_await require_toolchain(context, option);
    const std::string directory = resolve::toolchain_path(context.home().layout(), name);
    const std::string path = proxy::tool_path(directory, tool);
    if (!platform::is_file(path)) {
        throw unknown_tool_error(name, tool, !option || is_active(context, name));
    }
    if (context.json()) {
        boost::json::object document = facts::make_document("which");
        facts::set_text(document, "command", tool);
        facts::set_path(document, "toolchain", resolve::str(name));
        facts::set_path(document, "path", path);
        context.print_document(document);
        co_return 0;
    }
    context.print_data(path + "\n");
    co_return 0;
}

}  // namespace

CommandEntries run_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "run", .run = run_run},
        CommandEntry{.path = "which", .run = run_which},
    };
    return kEntries;
}

}  // namespace latchkey::cli
