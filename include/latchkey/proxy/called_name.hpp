#pragma once

#include <string>
#include <vector>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// The name that a program was called by: RUSTUP_FORCE_ARG0, else argv[0], without folders and
/// extension. Empty: there is neither.
std::string called_name(const platform::Environment& environment,
                        const std::vector<std::string>& words);

/// At this depth of nesting (RUST_RECURSION_COUNT), tools only start each other without end.
inline constexpr unsigned kMostRecursions = 20;

}  // namespace latchkey::proxy
