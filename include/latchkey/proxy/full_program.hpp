#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// The program that does what a proxy leaves alone: `rustup` or `latchkey` in the folder of the
/// running program, else `$CARGO_HOME/bin/rustup`. Never the running program or a copy of it, which
/// would ask itself for ever. Empty: there is none.
std::optional<std::string> find_full_program(const platform::Environment& environment);

}  // namespace latchkey::proxy
