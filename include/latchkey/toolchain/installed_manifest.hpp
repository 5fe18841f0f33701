#pragma once

#include <memory>
#include <optional>
#include <string>

#include "latchkey/dist/manifest.hpp"

namespace latchkey::toolchain {

/// The channel manifest in a toolchain.
struct InstalledManifest {
    std::string text;
    std::optional<dist::Manifest> parsed;  ///< Empty: the text does not parse.
};

/// A manifest that was read before. Whoever gets it parses no equal text again: parsing takes
/// longer than everything else that a look at a toolchain does. May be null.
using KnownManifest = std::shared_ptr<const InstalledManifest>;

}  // namespace latchkey::toolchain
