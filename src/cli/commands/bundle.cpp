#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "fleet_requests.hpp"
#include "latchkey/facts/fleet.hpp"
#include "latchkey/fleet/bundle.hpp"

namespace latchkey::cli {
namespace {

task::awaitable<int> run_bundle(Context& context, args::Invocation invocation) {
    const OutputFile output = output_of(context, invocation);
    const std::string& file = output.file;
    const std::string temporary = context.environment().find("TMPDIR").value_or("/tmp");
    fleet::BundleRequest request{
        wanted_of(context, invocation), selection_of(context, invocation), file, write_to_stdout,
        output.to_stdout() ? fmt::format("{}/latchkey-bundle-{}", temporary, ::getpid())
                           : file + ".latchkey"};
    fleet::Means means = fleet_means(context);
    const fleet::Bundled bundled = co_await fleet::bundle(means, std::move(request));
    if (context.json()) context.print_document(facts::bundle_document(file, bundled));
    if (!output.to_stdout()) context.print(facts::bundle_text(file, bundled));
    co_return 0;
}

}  // namespace

CommandEntries bundle_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "bundle",
                                                         .run = run_bundle,
                                                         .warns_of_variables = true,
                                                         .hints_of_release = false,
                                                         .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
