#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::init {

/// The program that links Rust's programs unless the user configures another: the C compiler. Its
/// name comes from the user's variables for C compilers. Runs nothing.
///
/// `host` is the target tuple of this system. Empty: not known.
///
/// Source: rustup 1.29.1, and the choice of the crate cc 1.2 for the host's own target:
///         `CC_<host>`, `HOST_CC`, `CC`, and the wrappers that may stand before a compiler.
std::string default_linker(const platform::Environment& environment,
                           const std::optional<std::string>& host);

/// Whether a folder of PATH has a regular file of this name. An absolute name is looked up as it
/// is. The file need not be executable.
bool is_in_path(const platform::Environment& environment, const std::string& name);

}  // namespace latchkey::init
