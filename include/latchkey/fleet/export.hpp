#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "latchkey/base/permit.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::fleet {

/// What `latchkey export` is asked for.
struct ExportRequest {
    std::vector<std::string> toolchains;  ///< Directories' names under `toolchains/`.
    std::string file;                     ///< Shape: absolute. Empty: `output` gets the archive.
    std::function<void(std::span<const std::byte>)> output = {};
};

/// What was exported of one toolchain.
struct ExportedToolchain {
    std::string name;
    std::uint64_t components = 0;
    std::uint64_t files = 0;
    std::uint64_t own_files = 0;             ///< Of them, that no component has: the user's.
    std::vector<std::string> left_out = {};  ///< Links and the like of the user's.
};

/// What became of an export.
struct Exported {
    std::vector<ExportedToolchain> toolchains;
    std::uint64_t bytes = 0;
    std::string hash;  ///< SHA-256 of the archive.
};

/// Packs toolchains into one archive (tar, zstd) for `latchkey import`: of each its manifest, its
/// components with the lists of their files, and the user's own files. The same toolchains give the
/// same bytes, wherever and whenever they were installed.
///
/// Every file is compared with what was unpacked. The archive appears by one rename.
///
/// Throws: Errc::not_found; Errc::unsupported for links and for components whose files Latchkey
///         does not know; Errc::corrupt if a file is not as it was unpacked; Errc::busy while a
///         toolchain is being changed; Errc::no_room, Errc::io; the cancellation.
/// Locks:  `directory` and `use` of everything in a toolchain, shared, while it is read.
Exported export_toolchains(const OnWorker& on, const store::Home& home,
                           const ExportRequest& request);

}  // namespace latchkey::fleet
