#pragma once

#include <optional>
#include <string>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::dist {

/// Why a manifest cannot be that of this toolchain's release: it is of another channel, version or
/// day. A signature says that a manifest is genuine, but not where it belongs: whoever controls a
/// server could give beta's manifest, with its good signature, to those who ask for stable. Empty:
/// nothing in the manifest is against it. An older release of the same channel cannot be told.
std::optional<std::string> find_other_release(const Manifest& manifest, const ToolchainName& name);

}  // namespace latchkey::dist
