#pragma once

#include <string>

#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// The first line that `rustc --version` of what was read prints, or rustup's text for why there is
/// none. Keeps `reading` until the tool has ended.
task::awaitable<std::string> ask_version(Services& services, std::string toolchain,
                                         Reading reading);

}  // namespace latchkey::toolchain
