#include "fleet_requests.hpp"

namespace latchkey::cli {

fleet::Means fleet_means(Context& context) {
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

}  // namespace latchkey::cli
