#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// The program that does what a proxy leaves alone: for a proxy that is laid out as
/// config::kProxyFile says, the one that goes with it; for a copy, `rustup` or `latchkey` in its
/// own folder; else the one of CARGO_HOME. Never the running program or a copy of it, which would
/// ask itself for ever. Empty: there is none.
std::optional<std::string> find_full_program(const platform::Environment& environment);

}  // namespace latchkey::proxy
