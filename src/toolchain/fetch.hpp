#pragma once

#include <string>
#include <vector>

#include "latchkey/dist/component.hpp"
#include "latchkey/dist/manifest.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "services.hpp"

namespace latchkey::toolchain {

/// One component that is to be in the store.
struct Artifact {
    dist::Component component;
    std::string short_name;    ///< `clippy`: in the archive's error texts.
    std::string bar_name;      ///< `clippy`, `rust-std-wasm32-unknown-unknown`.
    std::string display_name;  ///< `clippy-x86_64-unknown-linux-gnu`: in download errors.
    std::string version;
    std::vector<dist::Source> sources;
    bool combined = false;     ///< All that its package has, in rustup's words of before 2016.
    std::uint64_t weight = 0;  ///< Of the work, beside others: the largest goes first.
    std::size_t together = 1;  ///< How many are fetched, this one included.
};

/// Downloads and unpacks an artifact and publishes it as `tree`: one pass from the socket through
/// SHA-256, the `.partial` file, the decoder and the tar reader into staging.
///
/// Of its encodings it takes the one that is there first, by what the line brings and the
/// processors decode, and another one when it turns out that this is better from its beginning than
/// the rest.
///
/// What a killed or cancelled try left in `downloads/` is decoded first, and only the rest is
/// fetched, in whatever encoding it is.
///
/// Throws: Errc::corrupt, `checksum failed for …`, `failed to extract package: …`; what the network
///         throws; but for a combined one, `component download failed for NAME: …`. The `.partial`
///         file stays for the next try.
/// Locks:  `unpack <tree>`, exclusive.
task::awaitable<void> fetch_tree(Services& services, Artifact artifact, std::string tree,
                                 lock::LockSet& unpack);

}  // namespace latchkey::toolchain
