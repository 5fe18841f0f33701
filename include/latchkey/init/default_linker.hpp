#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::init {

/// The program that links Rust's programs where nothing else is configured: what the C compiler of
/// this system is called, as the user's variables for C compilers have it. Runs nothing.
///
/// `host` is what this system is; empty where that is not known.
///
/// Source: rustup 1.29.1, and the choice of the crate cc 1.2 for the host's own target:
///         `CC_<host>`, `HOST_CC`, `CC`, and the wrappers that may stand before a compiler.
std::string default_linker(const platform::Environment& environment,
                           const std::optional<std::string>& host);

/// Is this a regular file in a folder of PATH, or wherever an absolute name leads? It need not be a
/// program.
bool is_in_path(const platform::Environment& environment, const std::string& name);

}  // namespace latchkey::init
