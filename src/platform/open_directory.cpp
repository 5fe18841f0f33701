#include "open_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "latchkey/base/error.hpp"
#include "open_again.hpp"

namespace latchkey::platform {
namespace {

FileKind kind_of(int directory, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG:
            return FileKind::regular;
        case DT_DIR:
            return FileKind::directory;
        case DT_LNK:
            return FileKind::symlink;
        case DT_UNKNOWN:
            break;
        default:
            return FileKind::other;
    }
    struct stat status {};
    if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return FileKind::other;
    }
    if (S_ISREG(status.st_mode)) return FileKind::regular;
    if (S_ISDIR(status.st_mode)) return FileKind::directory;
    return S_ISLNK(status.st_mode) ? FileKind::symlink : FileKind::other;
}

}  // namespace

OpenDirectory open_directory(int parent, const std::string& name, int flags) {
    const int number = open_again(parent, name.c_str(), O_RDONLY | O_DIRECTORY | flags);
    if (number < 0) return nullptr;
    OpenDirectory directory(::fdopendir(number));
    if (!directory) {
        const int error_number = errno;
        ::close(number);
        errno = error_number;
    }
    return directory;
}

std::vector<DirectoryEntry> read_entries(DIR* directory, const std::string& shown) {
    std::vector<DirectoryEntry> entries;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(directory);
        if (entry == nullptr) {
            if (errno != 0) throw os_error(errno, "read the directory '" + shown + "'");
            break;
        }
        if (std::strcmp(entry->d_name, ".") == 0 || std::strcmp(entry->d_name, "..") == 0) continue;
        entries.push_back({entry->d_name, kind_of(::dirfd(directory), *entry), entry->d_ino});
    }
    return entries;
}

}  // namespace latchkey::platform
