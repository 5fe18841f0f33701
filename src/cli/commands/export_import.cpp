#include "active_toolchain.hpp"
#include "commands.hpp"
#include "fleet_requests.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/facts/fleet.hpp"
#include "latchkey/fleet/export.hpp"
#include "latchkey/fleet/import.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<int> run_export(Context& context, args::Invocation invocation) {
    const OutputFile output = output_of(context, invocation);
    fleet::ExportRequest request{{}, output.file, write_to_stdout};
    for (const std::string& text : invocation.values("TOOLCHAIN")) {
        request.toolchains.push_back(
            dist::str(dist::resolve(dist::parse_resolvable_name(text), context.site().host)));
    }
    if (request.toolchains.empty()) {
        request.toolchains.push_back(resolve::str(load_active(context).name));
    }
    const store::Home& home = context.home();
    auto job = [&home, &request](const OnWorker& on) {
        return fleet::export_toolchains(on, home, request);
    };
    const fleet::Exported exported = co_await task::offload(context.loop().workers(), job);
    if (context.json()) context.print_document(facts::export_document(output.file, exported));
    if (!output.to_stdout()) context.print(facts::export_text(output.file, exported));
    co_return 0;
}

task::awaitable<int> run_import(Context& context, args::Invocation invocation) {
    fleet::ImportRequest request;
    request.file = context.absolute(invocation.required("FILE"));
    request.force = invocation.flag("force");
    context.use_server("file:///nonexistent");  // Whatever happens, no server is asked.
    request.options.variables = context.change_variables();
    request.options.command_line = context.command_line();
    request.options.environment = context.environment();
    fleet::Means means = fleet_means(context);
    const std::string file = request.file;
    const auto imported = co_await fleet::import_toolchains(means, std::move(request));
    if (context.json()) context.print_document(facts::import_document(file, imported));
    context.print(facts::import_text(imported));
    co_return 0;
}

}  // namespace

CommandEntries export_import_commands() {
    static constexpr std::array kEntries = {
        CommandEntry{.path = "export", .run = run_export, .hints_of_release = false},
        CommandEntry{.path = "import",
                     .run = run_import,
                     .hints_of_release = false,
                     .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
