#include "latchkey/platform/beneath.hpp"

#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "open_again.hpp"

namespace latchkey::platform {
namespace {

constexpr int kDirectoryFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW;

std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0.
}

int open_part(int directory, std::string_view part, int flags, mode_t mode) {
    if (part.empty() || part == "." || part == "..") {
        errno = EXDEV;  // What openat2(2) says of a path that leaves.
        return -1;
    }
    return open_again(directory, std::string(part).c_str(), flags, mode);
}

}  // namespace

Beneath::Beneath(std::string root, Walk walk)
    : root_path_(std::move(root)), root_(open_file(root_path_, kDirectoryFlags)), walk_(walk) {}

mode_t Beneath::allowed_mode() const {
    return load_status(root_, root_path_).permissions & 0777;
}

std::optional<Fd> Beneath::create_file(const std::string& path, mode_t mode) {
    Fd file(open_raw(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    if (file.open()) return file;
    if (errno == EEXIST) return std::nullopt;
    throw os_error(errno, "create '" + shown(path) + "'");
}

bool Beneath::make_directory(const std::string& path, mode_t mode) {
    const std::lock_guard lock(parents_);
    if (::mkdirat(parent_of(path).number(), last_part(path).c_str(), mode) == 0) return true;
    if (errno == EEXIST) return false;
    throw os_error(errno, "create directory '" + shown(path) + "'");
}

void Beneath::remove_file(const std::string& path) {
    if (::unlinkat(parent_of(path).number(), last_part(path).c_str(), 0) != 0) {
        throw os_error(errno, "remove '" + shown(path) + "'");
    }
}

void Beneath::remove_directory(const std::string& path) {
    if (::unlinkat(parent_of(path).number(), last_part(path).c_str(), AT_REMOVEDIR) != 0) {
        throw os_error(errno, "remove '" + shown(path) + "'");
    }
}

// -1 and errno where it fails.
int Beneath::open_raw(const std::string& path, int flags, mode_t mode) {
    if (walk_ == Walk::own) return open_by_parts(path, flags, mode);
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
    long number = -1;
    do {
        number = ::syscall(SYS_openat2, root_.number(), path.c_str(), &how, sizeof how);
    } while (number < 0 && errno == EINTR);
    if (number >= 0) return static_cast<int>(number);
    if (errno != ENOSYS && errno != EPERM) return -1;
    walk_ = Walk::own;
    return open_by_parts(path, flags, mode);
}

int Beneath::open_by_parts(const std::string& path, int flags, mode_t mode) {
    const std::lock_guard lock(parents_);
    return open_part(parent_of(path).number(), last_part(path), flags, mode);
}

const Fd& Beneath::parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return root_;
    const std::string parent = path.substr(0, slash);
    if (parent_.open() && parent == parent_path_) return parent_;
    Fd directory;
    if (walk_ == Walk::kernel) {
        directory = Fd(open_raw(parent, kDirectoryFlags, 0));
    } else {
        int at = root_.number();
        for (const std::string_view part : split(parent, '/')) {
            directory = Fd(open_part(at, part, kDirectoryFlags, 0));
            at = directory.number();
            if (at < 0) break;
        }
    }
    if (!directory.open()) throw os_error(errno, "open '" + shown(parent) + "'");
    parent_ = std::move(directory);
    parent_path_ = parent;
    return parent_;
}

std::string Beneath::shown(const std::string& path) const {
    return root_path_ + "/" + path;
}

}  // namespace latchkey::platform
