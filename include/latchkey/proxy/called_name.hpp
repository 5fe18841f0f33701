#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// What a program was called by: RUSTUP_FORCE_ARG0, else argv[0], without folders and extension.
/// Empty: by nothing.
std::string called_name(const platform::Environment& environment,
                        const std::vector<std::string>& words);

/// Nested deeper than this, tools only start each other.
inline constexpr unsigned kMostRecursions = 20;

}  // namespace latchkey::proxy
