#pragma once

#include <string>
#include <string_view>

#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// As parse_manifest_for(), for component_statuses() of toolchains of `target` and nothing else, in
/// half the time. Of the packages only those are there that `rust` has for `target`, and of
/// their tables only those that it names.
Manifest parse_manifest_to_list(std::string_view target, std::string_view text,
                                const std::string& shown_path);

}  // namespace latchkey::dist
