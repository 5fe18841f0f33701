#pragma once

#include <optional>
#include <string_view>

#include "latchkey/dist/manifest.hpp"
#include "plain_toml.hpp"

namespace latchkey::dist {

/// The manifest that is left of a text without what `skips`, which may be empty, leaves out. It is
/// not validated. Empty: what is left is not as PlainToml reads it, or lacks what every manifest has.
std::optional<Manifest> parse_plain_manifest(std::string_view text, const PlainToml::Skips& skips);

}  // namespace latchkey::dist
