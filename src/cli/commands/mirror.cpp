#include "latchkey/fleet/mirror.hpp"
#include "commands.hpp"
#include "fleet_requests.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/facts/fleet.hpp"

namespace latchkey::cli {
namespace {

std::optional<std::uint64_t> keep_of(const args::Invocation& invocation) {
    const auto text = invocation.value("keep");
    if (!text) return std::nullopt;
    const auto number = parse_number(*text);
    if (number && *number > 0) return number;
    throw Error(Errc::usage, "`--keep " + *text + "` is not a number of releases; give 1 or more");
}

task::awaitable<int> run_mirror(Context& context, args::Invocation invocation) {
    fleet::MirrorRequest request{context.absolute(invocation.required("DIR")),
                                 wanted_of(context, invocation), selection_of(context, invocation),
                                 keep_of(invocation), invocation.flag("verify")};
    if (request.wanted.empty() && !request.verify) {
        throw Error(Errc::usage,
                    "name the releases to be mirrored, such as 'stable'; only "
                    "`--verify` needs none");
    }
    fleet::Means means = fleet_means(context);
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
