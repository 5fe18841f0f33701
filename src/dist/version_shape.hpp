#pragma once

#include <optional>
#include <string_view>

#include "latchkey/dist/version.hpp"

namespace latchkey::dist {

/// A text that looks like a version. `leading_zero` tells of a beta number like `01`: rustup takes
/// it for a version's shape and then refuses it, so the text is no shorter channel with a target
/// either.
std::optional<Version> parse_version_shape(std::string_view text, bool* leading_zero);

}  // namespace latchkey::dist
