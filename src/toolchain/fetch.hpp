#pragma once

#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/transfer/transfer.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// Brings an artifact and publishes it as `tree`. What its archive warns of is warned of.
///
/// Throws: as Transfer::bring; a failed download as `component download failed for NAME: …`, but
///         for a combined artifact.
/// Locks:  `unpack <tree>`, exclusive.
task::awaitable<void> fetch_tree(Services& services, transfer::Artifact artifact, std::string tree,
                                 lock::LockSet& unpack);

}  // namespace latchkey::toolchain
