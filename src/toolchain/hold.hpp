#pragma once

#include <string>

#include "latchkey/dist/toolchain_name.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// Whether a rollback holds the toolchain at its release. One that cannot be used is mended, by
/// whatever release there is.
bool is_held(const Snapshot& snapshot);

/// `NAME is held at VERSION since a rollback; …`
std::string held_text(const dist::ToolchainName& name, const KnownManifest& manifest);

}  // namespace latchkey::toolchain
