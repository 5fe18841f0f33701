#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::transfer {

/// The file that an archive is downloaded into.
struct DownloadFile {
    std::string path;       ///< `<hash>.partial`, or `<hash>` if the archive is complete.
    bool complete = false;  ///< The file has the whole archive.
    std::uint64_t have_bytes = 0;

    /// Whether an earlier try has left a part of the archive.
    [[nodiscard]] bool begun() const noexcept { return complete || have_bytes > 0; }
};

/// The encoding of which `downloads/` has the most bytes from an earlier try. Empty: it has none.
std::optional<dist::Encoding> find_kept_encoding(const store::Home& home,
                                                 const std::vector<dist::Source>& sources);

/// Finds the file for an archive, and what it has already. The range `unpack <hash>` guards the
/// file in `downloads/`. If another process holds the range, for a tree of another name, the
/// archive gets a file of its own in `staging`.
///
/// Locks: the caller holds `unpack <tree>` exclusively. Adds `unpack <hash>` to `unpack` if nobody
///        else holds it.
DownloadFile find_download_file(const store::Home& home, const std::string& hash,
                                const std::string& staging, const std::string& tree,
                                lock::LockSet& unpack);

/// Deletes what has come of some archives, but of none that another process is at.
void delete_parts(const OnWorker& on, const store::Home& home, const std::set<std::string>& hashes);

}  // namespace latchkey::transfer
