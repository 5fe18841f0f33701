#pragma once

#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/transfer/transfer.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// Fetches and unpacks an artifact, and publishes it as `tree`. Passes on the warnings about its
/// archive.
///
/// Throws: as Transfer::bring(). A failed download becomes `component download failed for NAME: …`,
///         unless the artifact is combined.
/// Locks:  `unpack <tree>`, exclusive.
task::awaitable<void> fetch_tree(Services& services, transfer::Artifact artifact, std::string tree,
                                 lock::LockSet& unpack);

}  // namespace latchkey::toolchain
