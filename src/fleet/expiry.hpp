#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/fleet/mirrored.hpp"
#include "latchkey/fleet/selection.hpp"
#include "mirror_folder.hpp"

namespace latchkey::fleet {

/// The releases of these channels that are not among the newest `keep`, the oldest first. What is
/// asked for by its date stays, and so does the release of a channel's undated manifest.
std::vector<LedgerRelease> find_expired(const Ledger& ledger, const std::vector<Wanted>& wanted,
                                        std::uint64_t keep);

/// Deletes those releases: their manifests, then the archives of ours that no manifest names which
/// is left. Killed anywhere, the next call goes on.
///
/// Throws: Errc::corrupt if a manifest that stays makes no sense; Errc::io; the cancellation.
std::vector<RemovedRelease> expire(const OnWorker& on, MirrorFolder& folder,
                                   const std::vector<Wanted>& wanted, std::uint64_t keep);

}  // namespace latchkey::fleet
