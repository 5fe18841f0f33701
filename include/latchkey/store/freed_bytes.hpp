#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/file_status.hpp"

namespace latchkey::store {

/// What deleting directories will free, all of them, as df(1) will show. A file counts with the last
/// of its names: never if a name stays, once if all of them go.
///
/// Requires: none of them is deleted before all are counted.
///
/// Units: bytes on the disk. What reflinks share counts for each.
class FreedBytes {
public:
    /// What the deletion of this directory frees, after all that was counted before. 0 if nothing
    /// has that name; a file counts too.
    ///
    /// Throws: Errc::io.
    std::uint64_t count_directory(const OnWorker& on, const std::string& path);

    /// The same for one name.
    std::uint64_t count_file(const platform::FileStatus& status);

private:
    /// (device, inode) → how many names were counted.
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> names_;
};

}  // namespace latchkey::store
