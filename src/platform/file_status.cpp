#include "latchkey/platform/file_status.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "latchkey/base/error.hpp"

namespace latchkey::platform {
namespace {

std::optional<FileStatus> find_status_at(const std::string& path, int flags) {
    struct stat status {};
    if (::fstatat(AT_FDCWD, path.c_str(), &status, flags) == 0) return to_status(status);
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return std::nullopt;
    throw os_error(errno, "look at '" + path + "'");
}

}  // namespace

FileStatus to_status(const struct stat& status) {
    FileKind kind = FileKind::other;
    if (S_ISREG(status.st_mode)) kind = FileKind::regular;
    if (S_ISDIR(status.st_mode)) kind = FileKind::directory;
    if (S_ISLNK(status.st_mode)) kind = FileKind::symlink;
    return {kind,
            static_cast<mode_t>(status.st_mode & 07777),
            static_cast<std::uint64_t>(status.st_size),
            static_cast<std::uint64_t>(status.st_dev),
            static_cast<std::uint64_t>(status.st_ino),
            static_cast<std::uint64_t>(status.st_nlink),
            static_cast<std::int64_t>(status.st_mtim.tv_sec),
            static_cast<std::int32_t>(status.st_mtim.tv_nsec),
            static_cast<std::uint32_t>(status.st_uid),
            static_cast<std::uint32_t>(status.st_gid),
            static_cast<std::uint64_t>(status.st_blocks) * 512,
            static_cast<std::int64_t>(status.st_ctim.tv_sec)};
}

std::optional<FileStatus> find_status(const std::string& path) {
    return find_status_at(path, AT_SYMLINK_NOFOLLOW);
}

std::optional<FileStatus> find_target_status(const std::string& path) {
    return find_status_at(path, 0);
}

FileStatus load_status(const Fd& file, const std::string& shown) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) throw os_error(errno, "look at '" + shown + "'");
    return to_status(status);
}

bool is_same_file(const std::optional<FileStatus>& one, const std::optional<FileStatus>& other) {
    return one && other && one->device == other->device && one->inode == other->inode;
}

bool is_own(const FileStatus& status) {
    return status.user == ::geteuid();
}

bool is_directory(const std::string& path) {
    const auto status = find_target_status(path);
    return status && status->kind == FileKind::directory;
}

bool is_file(const std::string& path) {
    const auto status = find_target_status(path);
    return status && status->kind == FileKind::regular;
}

}  // namespace latchkey::platform
