#include "bytes_below.hpp"

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::store {

std::set<Inode> inodes_below(const OnWorker& on, const std::string& directory) {
    std::set<Inode> inodes;
    platform::walk_tree(on, directory, [&](const std::string& path, platform::FileKind kind) {
        if (kind != platform::FileKind::regular) return;
        const auto status = platform::find_status(directory + "/" + path);
        if (status) inodes.emplace(status->device, status->inode);
    });
    return inodes;
}

std::uint64_t bytes_below(const OnWorker& on, const std::string& directory, std::set<Inode> known) {
    std::uint64_t bytes = 0;
    platform::walk_tree(on, directory, [&](const std::string& path, platform::FileKind kind) {
        if (kind != platform::FileKind::regular) return;
        const auto status = platform::find_status(directory + "/" + path);
        if (status && known.emplace(status->device, status->inode).second) {
            bytes += status->size_bytes;
        }
    });
    return bytes;
}

}  // namespace latchkey::store
