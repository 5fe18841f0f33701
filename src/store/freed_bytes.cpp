#include "latchkey/store/freed_bytes.hpp"

#include "latchkey/platform/directory.hpp"

namespace latchkey::store {

std::uint64_t FreedBytes::count_file(const platform::FileStatus& status) {
    if (status.kind == platform::FileKind::directory || status.links < 2) return status.disk_bytes;
    const std::uint64_t names = ++names_[{status.device, status.inode}];
    return names == status.links ? status.disk_bytes : 0;
}

std::uint64_t FreedBytes::count_directory(const OnWorker& on, const std::string& path) {
    const auto root = platform::find_status(path);
    if (!root) return 0;
    std::uint64_t bytes = count_file(*root);
    if (root->kind != platform::FileKind::directory) return bytes;
    platform::walk_tree(on, path, [&](const std::string& relative, platform::FileKind) {
        const auto status = platform::find_status(path + "/" + relative);
        if (status) bytes += count_file(*status);
    });
    return bytes;
}

}  // namespace latchkey::store
