#include "fleet_requests.hpp"

#include <unistd.h>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/stream.hpp"

namespace latchkey::cli {

fleet::Means fleet_means(Context& context) {
    return {context.loop(),     context.client(),
            context.reporter(), context.server_variables(),
            context.home(),     context.signature_policy()};
}

fleet::Selection selection_of(const Context& context, const args::Invocation& invocation) {
    fleet::Selection selection;
    const auto profile = invocation.value("profile");
    selection.profile = profile ? dist::parse_profile(*profile) : context.profile();
    selection.components = invocation.values("component");
    selection.targets = invocation.values("target");
    for (const std::string& name : invocation.values("compression")) {
        for (const auto each : {dist::Encoding::xz, dist::Encoding::gz, dist::Encoding::zst}) {
            if (dist::str(each) == name) selection.encodings.push_back(each);
        }
    }
    return selection;
}

std::vector<fleet::Wanted> wanted_of(const Context& context, const args::Invocation& invocation) {
    return fleet::parse_wanted(invocation.values("TOOLCHAIN"), invocation.values("host"),
                               context.site().host);
}

OutputFile output_of(Context& context, const args::Invocation& invocation) {
    const std::string name = invocation.value("output").value_or("");
    if (name.empty()) {
        throw Error(Errc::usage, "say where the archive goes: `--output FILE`, or `-` for stdout");
    }
    if (name != "-") return {context.absolute(name)};
    if (!context.json()) return {};
    throw Error(Errc::usage, "`--output -` and `--format json` both need stdout; give a file");
}

void write_to_stdout(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const int error = platform::write_stream(STDOUT_FILENO, text);
    if (error != 0) throw platform::os_error(error, "write to stdout");
}

}  // namespace latchkey::cli
