#include "latchkey/platform/directory.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace latchkey::platform {
namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using OpenDirectory = std::unique_ptr<DIR, CloseDirectory>;

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
        entries.push_back({entry->d_name, kind_of(::dirfd(directory), *entry)});
    }
    return entries;
}

/// Empty where it is not there.
OpenDirectory find_directory(int parent, const std::string& name, const std::string& shown) {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int number = -1;
    do {
        number = ::openat(parent, name.c_str(), kFlags);
    } while (number < 0 && errno == EINTR);
    if (number < 0) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return nullptr;
        throw os_error(errno, "open the directory '" + shown + "'");
    }
    DIR* directory = ::fdopendir(number);
    if (directory == nullptr) {
        const int error_number = errno;
        ::close(number);
        throw os_error(error_number, "open the directory '" + shown + "'");
    }
    return OpenDirectory(directory);
}

bool gone(int result) {
    return result != 0 && errno == ENOENT;
}

void remove_content(const OnWorker& on, DIR* directory, const std::string& shown);

void remove_directory_at(const OnWorker& on, int parent, const std::string& name,
                         const std::string& shown) {
    for (bool first = true;; first = false) {
        OpenDirectory directory;
        try {
            directory = find_directory(parent, name, shown);
        } catch (const Error&) {
            if (!first || ::fchmodat(parent, name.c_str(), 0700, 0) != 0) throw;
            continue;
        }
        if (!directory) {
            if (::unlinkat(parent, name.c_str(), 0) != 0 && errno != ENOENT) {
                throw os_error(errno, "delete '" + shown + "'");
            }
            return;
        }
        remove_content(on, directory.get(), shown);
        break;
    }
    const int result = ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
    if (result != 0 && !gone(result)) throw os_error(errno, "delete '" + shown + "'");
}

void remove_content(const OnWorker& on, DIR* directory, const std::string& shown) {
    const int number = ::dirfd(directory);
    const std::vector<DirectoryEntry> entries = read_entries(directory, shown);
    bool made_writable = false;
    for (const DirectoryEntry& entry : entries) {
        on.check();
        if (entry.kind == FileKind::directory) {
            remove_directory_at(on, number, entry.name, shown + "/" + entry.name);
            continue;
        }
        int result = ::unlinkat(number, entry.name.c_str(), 0);
        if (result != 0 && errno == EACCES && !made_writable) {
            made_writable = true;
            ::fchmod(number, 0700);
            result = ::unlinkat(number, entry.name.c_str(), 0);
        }
        if (result != 0 && !gone(result)) {
            throw os_error(errno, "delete '" + shown + "/" + entry.name + "'");
        }
    }
}

void walk(const OnWorker& on, const std::string& root, const std::string& relative,
          const std::function<void(const std::string&, FileKind)>& visit) {
    for (const DirectoryEntry& entry :
         list_directory(relative.empty() ? root : root + "/" + relative)) {
        on.check();
        const std::string path = relative.empty() ? entry.name : relative + "/" + entry.name;
        visit(path, entry.kind);
        if (entry.kind == FileKind::directory) walk(on, root, path, visit);
    }
}

}  // namespace

std::vector<DirectoryEntry> list_directory(const std::string& path) {
    const OpenDirectory directory(::opendir(path.c_str()));
    if (!directory) throw os_error(errno, "open the directory '" + path + "'");
    std::vector<DirectoryEntry> entries = read_entries(directory.get(), path);
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
}

std::vector<DirectoryEntry> find_entries(const std::string& path) {
    try {
        return list_directory(path);
    } catch (const Error& e) {
        if (e.code() != Errc::not_found) throw;
        return {};
    }
}

bool make_directory(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) == 0) return true;
    if (errno == EEXIST) return false;
    throw os_error(errno, "make the directory '" + path + "'");
}

void make_directories(const std::string& path) {
    if (::mkdir(path.c_str(), 0777) == 0) return;
    if (errno == ENOENT) {
        const std::size_t slash = path.find_last_not_of('/') == std::string::npos
                                      ? std::string::npos
                                      : path.rfind('/', path.find_last_not_of('/'));
        if (slash != std::string::npos && slash > 0) {
            make_directories(path.substr(0, slash));
            if (::mkdir(path.c_str(), 0777) == 0) return;
        }
    }
    const int error_number = errno;
    // Somebody else made it, or it is a link to a directory, or the parent may only be read.
    if (is_directory(path)) return;
    throw os_error(error_number, "make the directory '" + path + "'");
}

void remove_tree(const OnWorker& on, const std::string& path) {
    const auto status = find_status(path);
    if (!status) return;
    if (status->kind == FileKind::directory) {
        remove_directory_at(on, AT_FDCWD, path, path);
    } else {
        remove_file(path);
    }
}

void walk_tree(const OnWorker& on, const std::string& path,
               const std::function<void(const std::string& relative, FileKind kind)>& visit) {
    walk(on, path, "", visit);
}

}  // namespace latchkey::platform
