#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "fleet_requests.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/facts/fleet.hpp"
#include "latchkey/fleet/bundle.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/stream.hpp"

namespace latchkey::cli {
namespace {

void write_to_stdout(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const int error = platform::write_stream(STDOUT_FILENO, text);
    if (error != 0) throw platform::os_error(error, "write to stdout");
}

task::awaitable<int> run_bundle(Context& context, args::Invocation invocation) {
    const std::string name = invocation.value("output").value_or("");
    const bool to_stdout = name == "-";
    if (name.empty())
        throw Error(Errc::usage, "say where the bundle goes: `--output FILE`, or `-`");
    if (to_stdout && context.json()) {
        throw Error(Errc::usage, "`--output -` and `--format json` both need stdout; give a file");
    }
    const std::string file = to_stdout ? "" : context.absolute(name);
    const std::string temporary = context.environment().find("TMPDIR").value_or("/tmp");
    fleet::BundleRequest request{
        wanted_of(context, invocation), selection_of(context, invocation), file, write_to_stdout,
        to_stdout ? fmt::format("{}/latchkey-bundle-{}", temporary, ::getpid())
                  : file + ".latchkey"};
    fleet::Means means = fleet_means(context);
    const fleet::Bundled bundled = co_await fleet::bundle(means, std::move(request));
    if (context.json()) context.print_document(facts::bundle_document(file, bundled));
    if (!to_stdout) context.print(facts::bundle_text(file, bundled));
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
