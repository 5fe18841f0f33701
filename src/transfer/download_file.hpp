#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/manifest.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::transfer {

/// Where an archive lies while it comes.
struct DownloadFile {
    std::string path;       ///< `<hash>.partial`, or `<hash>` where that is complete.
    bool complete = false;  ///< It has all the bytes that there are.
    std::uint64_t have_bytes = 0;

    /// An earlier try left some of it.
    [[nodiscard]] bool begun() const noexcept { return complete || have_bytes > 0; }
};

/// The encoding of which an earlier try left the most bytes in `downloads/`; empty: of none.
std::optional<dist::Encoding> find_kept_encoding(const store::Home& home,
                                                 const std::vector<dist::Source>& sources);

/// Finds what is there already of an archive. Its file is guarded by the range `unpack <hash>`:
/// where another process has that one for a tree of another name, the archive comes into a file of
/// its own, in `staging`.
///
/// Locks: `unpack <tree>`, exclusive; `unpack <hash>` is added to it where nobody has that one.
DownloadFile find_download_file(const store::Home& home, const std::string& hash,
                                const std::string& staging, const std::string& tree,
                                lock::LockSet& unpack);

}  // namespace latchkey::transfer
