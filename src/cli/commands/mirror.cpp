#include "latchkey/fleet/mirror.hpp"
#include "commands.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/facts/fleet.hpp"

namespace latchkey::cli {
namespace {

fleet::Means means_of(Context& context) {
    return {context.loop(), context.client(), context.reporter(), context.server_variables(),
            context.home()};
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

std::string absolute(const Context& context, const std::string& path) {
    std::string full = path.starts_with('/') ? path : context.site().working_directory + "/" + path;
    while (full.size() > 1 && full.ends_with('/')) full.pop_back();
    return full;
}

std::optional<std::uint64_t> keep_of(const args::Invocation& invocation) {
    const auto text = invocation.value("keep");
    if (!text) return std::nullopt;
    const auto number = parse_number(*text);
    if (number && *number > 0) return number;
    throw Error(Errc::usage, "`--keep " + *text + "` is not a number of releases; give 1 or more");
}

task::awaitable<int> run_mirror(Context& context, args::Invocation invocation) {
    fleet::MirrorRequest request{absolute(context, invocation.required("DIR")),
                                 wanted_of(context, invocation), selection_of(context, invocation),
                                 keep_of(invocation), invocation.flag("verify")};
    if (request.wanted.empty() && !request.verify) {
        throw Error(Errc::usage,
                    "name the releases to be mirrored, such as 'stable'; only "
                    "`--verify` needs none");
    }
    fleet::Means means = means_of(context);
    const std::string folder = request.folder;
    const fleet::Mirrored mirrored = co_await fleet::mirror(means, std::move(request));
    if (context.json()) context.print_document(facts::mirror_document(folder, mirrored));
    context.print(facts::mirror_text(mirrored));
    co_return 0;
}

}  // namespace

CommandEntries mirror_commands() {
    static constexpr std::array kEntries = {CommandEntry{.path = "mirror",
                                                         .run = run_mirror,
                                                         .warns_of_variables = true,
                                                         .hints_of_release = false,
                                                         .warns_of_empty_setup = false}};
    return kEntries;
}

}  // namespace latchkey::cli
