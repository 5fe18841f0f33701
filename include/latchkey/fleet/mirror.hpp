#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/fleet/means.hpp"
#include "latchkey/fleet/mirrored.hpp"
#include "latchkey/fleet/selection.hpp"

namespace latchkey::fleet {

/// What `latchkey mirror` is asked for.
struct MirrorRequest {
    std::string folder;  ///< Shape: absolute.
    std::vector<Wanted> wanted;
    Selection selection;
    std::optional<std::uint64_t> keep;  ///< So many releases of each channel stay. Empty: all.
    bool verify = false;                ///< Read again all that is there.
};

/// Makes a folder, or brings it up to date, from which rustup and Latchkey install as from the
/// server: the server's own manifests, checksums and signatures, byte for byte, and of what they
/// name the archives that are selected.
///
/// A release appears when all of its archives are there: first its dated manifest, then the
/// channel's. What was there is deleted last. Killed anywhere, the folder offers what it offered
/// before or the new release; the next call goes on. Of the three files of a channel, which are
/// replaced one after another, the checksum is the last: a client that comes in between is told that
/// nothing is new, or that manifest and checksum differ, as by an official server that is being
/// updated.
///
/// If nothing is new, nothing is written, and a release costs two requests.
///
/// Throws: Errc::usage for a folder in a home of toolchains; Errc::not_found for what the server
///         does not have; Errc::corrupt; Errc::unsupported if a file is in the way;
///         Errc::unreachable; Errc::busy; Errc::no_room, Errc::io; the cancellation.
/// Locks:  one process at a time changes a mirror; others wait.
task::awaitable<Mirrored> mirror(Means& means, MirrorRequest request);

}  // namespace latchkey::fleet
