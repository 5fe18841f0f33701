#pragma once

#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/store/home.hpp"
#include "latchkey/toolchain/engine.hpp"

namespace latchkey::toolchain {

/// The inventory of a toolchain whose components are only to be listed: its manifest is perhaps only
/// what dist::parse_manifest_to_list() reads. Blocks for a millisecond, on whatever thread calls it:
/// starting a worker would take nearly as long.
///
/// Throws: as Engine::load_inventory().
Inventory load_list(const store::Home& home, const dist::ToolchainName& name);

}  // namespace latchkey::toolchain
