#pragma once

#include <string>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// Releases of before 2016 are one archive with all components. A toolchain made of one has a
/// single component, of this name, that nobody adds or removes.
Component combined_component();

/// Such a release as a manifest: of that one package, and one source. `version` is any text.
Manifest combined_manifest(std::string version, std::string url, std::string hash);

}  // namespace latchkey::dist
