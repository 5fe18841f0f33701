#pragma once

#include "latchkey/toolchain/engine.hpp"
#include "services.hpp"
#include "snapshot.hpp"

namespace latchkey::toolchain {

/// Whether a toolchain is of the locked release and has each locked component.
bool is_as_locked(const store::Home& home, const std::string& toolchain, const Snapshot& snapshot,
                  const Locked& locked);

/// What is not as locked must not always be made so.
///
/// Throws: Errc::not_found if that is not asked for; Errc::unsupported if a rollback holds it.
void refuse_lock(const dist::ToolchainName& name, bool held, const KnownManifest& manifest,
                 const Locked& locked);

/// Makes a toolchain what its lock says. What it has of the same release beyond that stays.
///
/// Returns: false if another change came first, and all is to be looked at again.
/// Throws:  Errc::corrupt if the server has something else; Errc::not_found; as run_change().
task::awaitable<bool> install_locked(Services& services, dist::ToolchainName name,
                                     InstallRequest request, KnownManifest known);

}  // namespace latchkey::toolchain
