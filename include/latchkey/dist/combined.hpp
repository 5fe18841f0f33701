#pragma once

#include <string>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// The single component of a toolchain from before 2016, whose releases are one archive with
/// everything. Nobody adds or removes it.
Component combined_component();

/// Such a release as a manifest, with one package and one source. `version` is any text.
Manifest combined_manifest(std::string version, std::string url, std::string hash);

}  // namespace latchkey::dist
