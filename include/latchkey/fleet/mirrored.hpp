#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::fleet {

/// One release that was asked for.
struct MirroredRelease {
    std::string name;  ///< "stable", "nightly-2026-01-01".
    std::string date;
    std::string manifest_hash;
    bool is_new = false;     ///< The channel had another one here before, or none.
    bool is_signed = false;  ///< The server has a signature of the manifest, and so has the mirror.
    std::uint64_t archives = 0;  ///< That the selection means.
    std::uint64_t fetched = 0;   ///< Archives of it that came.
    std::uint64_t fetched_bytes = 0;
    std::vector<std::string> files = {};  ///< All that belongs to it. Paths in the tree.
};

/// A release that was given up.
struct RemovedRelease {
    std::string channel;
    std::string date;
    std::uint64_t bytes = 0;
};

/// What became of a mirror.
struct Mirrored {
    std::vector<MirroredRelease> releases;
    std::vector<RemovedRelease> removed;
    std::uint64_t verified = 0;             ///< Files that were read again.
    std::vector<std::string> brought_back;  ///< Those of them that were damaged or gone.
};

}  // namespace latchkey::fleet
