#include "tracking.hpp"

#include "latchkey/resolve/installed.hpp"

namespace latchkey::cli {

std::vector<dist::ToolchainName> tracking_toolchains(const std::string& rustup_home) {
    std::vector<dist::ToolchainName> tracking;
    for (const dist::AnyName& each : resolve::list_installed(rustup_home)) {
        const auto* toolchain = std::get_if<dist::ToolchainName>(&each);
        if (toolchain != nullptr && toolchain->is_tracking()) tracking.push_back(*toolchain);
    }
    return tracking;
}

}  // namespace latchkey::cli
