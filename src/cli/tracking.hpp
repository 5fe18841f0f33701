#pragma once

#include <string>
#include <vector>

#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::cli {

/// The installed toolchains that `update` and `check` look at without being told, in the order of
/// lists.
std::vector<dist::ToolchainName> tracking_toolchains(const std::string& rustup_home);

}  // namespace latchkey::cli
