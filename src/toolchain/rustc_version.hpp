#pragma once

#include <string>

#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// The first line that `rustc --version` prints, run from `reading`, or rustup's text for why there
/// is none. Holds `reading` until rustc has ended.
task::awaitable<std::string> ask_version(Services& services, std::string toolchain,
                                         Reading reading);

}  // namespace latchkey::toolchain
