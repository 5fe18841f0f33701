#pragma once

#include <string_view>

#include "latchkey/base/error.hpp"

namespace latchkey::resolve {

/// rustup's advice for a user who has no toolchain at all.
inline constexpr std::string_view kDefaultStableHint =
    "help: run 'rustup default stable' to download the latest stable release of Rust and set it as "
    "your default toolchain.";

/// `rustup could not choose a version of PROGRAM to run, …`, with the advice on a second line.
Error no_toolchain_error(std::string_view program);

}  // namespace latchkey::resolve
