#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/fleet/means.hpp"
#include "latchkey/fleet/mirrored.hpp"
#include "latchkey/fleet/selection.hpp"

namespace latchkey::fleet {

/// What `latchkey bundle` is asked for.
struct BundleRequest {
    std::vector<Wanted> wanted;
    Selection selection;
    std::string file;  ///< Gets the bundle. Shape: absolute. Empty: `output` gets it.
    std::function<void(std::span<const std::byte>)> output = {};
    /// The folder for what is on its way. It is made, and goes in the end; after a failure it stays
    /// for the next call, if there is a file.
    std::string work;
};

/// What became of a bundle.
struct Bundled {
    std::vector<MirroredRelease> releases;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  ///< Of the bundle.
    std::string hash;         ///< Its SHA-256.
};

/// Puts releases into one file: the tree of a mirror with nothing else, as a tar archive that is
/// not compressed, because what is in it is. The same releases and selection give the same bytes.
///
/// The file appears whole, by one rename.
///
/// Throws: as mirror().
task::awaitable<Bundled> bundle(Means& means, BundleRequest request);

}  // namespace latchkey::fleet
