#include "latchkey/platform/file.hpp"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "latchkey/base/text.hpp"
#include "open_again.hpp"

namespace latchkey::platform {
namespace {

bool absent(int error_number) {
    return error_number == ENOENT || error_number == ENOTDIR;
}

std::string names(const std::string& from, const std::string& to) {
    return "'" + from + "' to '" + to + "'";
}

}  // namespace

void inherit_owner(const Fd& file, const FileStatus& parent, mode_t mode) {
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return;
    if (status.st_uid != parent.user || status.st_gid != parent.group) {
        const uid_t user = ::geteuid() == 0 ? parent.user : static_cast<uid_t>(-1);
        if (::fchown(file.number(), user, parent.group) == 0) status.st_gid = parent.group;
    }
    if (status.st_gid != parent.group) {
        const mode_t everybody = mode & S_IRWXO;
        mode &= ~static_cast<mode_t>(S_ISGID | (S_IRWXG & ~(everybody << 3)));
    }
    // After fchown(2), which may clear bits. The result is only a wish: some file systems have no
    // modes.
    [[maybe_unused]] const int refused = ::fchmod(file.number(), mode);
}

void inherit_link_owner(const std::string& link, const FileStatus& parent) {
    const Fd file(open_again(AT_FDCWD, link.c_str(), O_PATH | O_NOFOLLOW));
    struct stat status {};
    if (!file.open() || ::fstat(file.number(), &status) != 0 || !S_ISLNK(status.st_mode)) return;
    const uid_t user = ::geteuid() == 0 ? parent.user : static_cast<uid_t>(-1);
    [[maybe_unused]] const int refused =
        ::fchownat(file.number(), "", user, parent.group, AT_EMPTY_PATH);
}

bool may_write(const std::string& path) {
    return ::access(path.c_str(), W_OK) == 0;
}

std::size_t read_some(const Fd& file, std::span<std::byte> bytes, const std::string& shown) {
    for (;;) {
        const ssize_t count = ::read(file.number(), bytes.data(), bytes.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) throw os_error(errno, "read '" + shown + "'");
    }
}

void write_all(const Fd& file, std::span<const std::byte> bytes, const std::string& shown) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            throw os_error(errno, "write '" + shown + "'");
        }
    }
}

void cut_file(const Fd& file, std::uint64_t bytes, const std::string& shown) {
    if (::ftruncate(file.number(), static_cast<off_t>(bytes)) != 0) {
        throw os_error(errno, "cut '" + shown + "'");
    }
}

namespace {

// Somebody may have put a pipe or a terminal where a file is expected.
constexpr int kReadFlags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/// A pipe or device that has nothing to say is as good as an empty file.
std::string load_at_once(const Fd& file, const std::string& path) {
    if (load_status(file, path).kind != FileKind::other) return load_rest(file, path);
    std::byte first{};
    if (::read(file.number(), &first, 1) == 0) return {};
    throw Error(Errc::io, "not a regular file").in("read '" + path + "'");
}

}  // namespace

FileText load_text(const Fd& file, const std::string& path) {
    FileText result{{}, load_status(file, path)};
    std::string& text = result.text;
    std::size_t used = 0;
    // What /proc says is empty has a line or two.
    const auto size = static_cast<std::size_t>(result.status.size_bytes);
    text.resize(size + 64);
    for (;;) {
        if (used == text.size()) text.resize(text.size() + text.size() / 2 + 4096);
        const std::size_t count =
            read_some(file, std::as_writable_bytes(std::span(text)).subspan(used), path);
        used += count;
        // More was asked for: this was the end, and need not be asked again.
        if (count == 0 || (size > 0 && used == size)) break;
    }
    text.resize(used);
    return result;
}

std::string load_rest(const Fd& file, const std::string& path) {
    return load_text(file, path).text;
}

std::string load_file(const std::string& path) {
    return load_at_once(open_file(path, kReadFlags), path);
}

std::optional<std::string> find_file_text(const std::string& path) {
    const auto file = find_file(path, kReadFlags);
    if (!file) return std::nullopt;
    return load_at_once(*file, path);
}

bool has_content(const std::string& path, std::string_view text) {
    const auto file = find_file(path, kReadFlags);
    if (!file || load_status(*file, path).size_bytes != text.size()) return false;
    std::array<std::byte, 65536> block;
    while (const std::size_t count = read_some(*file, block, path)) {
        const std::string_view here(reinterpret_cast<const char*>(block.data()), count);
        if (!text.starts_with(here)) return false;
        text.remove_prefix(count);
    }
    return text.empty();
}

void save_file(const std::string& path, std::string_view text, mode_t mode) {
    const Fd file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    write_all(file, as_bytes(text), path);
}

void rename_path(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) throw os_error(errno, "rename " + names(from, to));
}

bool try_rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return true;
    if (errno == EXDEV || errno == EBUSY) return false;  // EBUSY: a mount point.
    throw os_error(errno, "rename " + names(from, to));
}

bool rename_new(const std::string& from, const std::string& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return true;
    if (errno == EEXIST || errno == ENOTEMPTY) return false;
    if (errno == EINVAL || errno == ENOSYS) {
        // No such flag on this file system (NFS). The caller holds the range that guards `to`.
        if (find_status(to)) return false;
        rename_path(from, to);
        return true;
    }
    throw os_error(errno, "rename " + names(from, to));
}

bool exchange_paths(const std::string& one, const std::string& other) {
    if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0)
        return true;
    if (errno == EINVAL || errno == EXDEV || errno == EBUSY || errno == ENOSYS ||
        errno == EOPNOTSUPP) {
        return false;
    }
    throw os_error(errno, "exchange " + names(one, other));
}

void set_modification_time(const std::string& path, std::int64_t seconds,
                           std::int32_t nanoseconds) {
    const timespec times[2] = {{0, UTIME_OMIT}, {static_cast<time_t>(seconds), nanoseconds}};
    if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0) {
        throw os_error(errno, "set the time of '" + path + "'");
    }
}

void try_touch(const std::string& path) {
    [[maybe_unused]] const int refused = ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

void change_mode(const std::string& path, mode_t mode) {
    const auto status = find_target_status(path);
    if (status && status->permissions == mode) return;
    if (::chmod(path.c_str(), mode) != 0)
        throw os_error(errno, "change the mode of '" + path + "'");
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return path.substr(0, slash == 0 ? 1 : slash);
}

bool may_replace(const std::string& path) {
    const auto status = find_status(path);
    if (!status) return true;
    const std::string folder = folder_of(path);
    if (::access(path.c_str(), R_OK | W_OK) != 0 || ::access(folder.c_str(), W_OK) != 0) {
        return false;
    }
    const auto above = find_target_status(folder);
    const bool sticky = above && (above->permissions & S_ISVTX) != 0;
    const uid_t user = ::geteuid();
    return !sticky || user == 0 || status->user == user || above->user == user;
}

bool may_change(const std::string& directory) {
    return ::access(directory.c_str(), W_OK | X_OK) == 0;
}

bool remove_file(const std::string& path) {
    if (::unlink(path.c_str()) == 0) return true;
    if (absent(errno)) return false;
    // Told before anybody has looked whether there is such a file.
    if (errno == EROFS && !find_status(path)) return false;
    throw os_error(errno, "delete '" + path + "'");
}

bool remove_empty_directory(const std::string& path) {
    if (::rmdir(path.c_str()) == 0) return true;
    if (absent(errno) || errno == ENOTEMPTY || errno == EEXIST) return false;
    throw os_error(errno, "delete '" + path + "'");
}

bool try_remove_directory(const std::string& path) {
    if (::rmdir(path.c_str()) == 0 || absent(errno)) return true;
    if (errno == EBUSY || errno == EACCES || errno == EPERM || errno == EROFS) return false;
    throw os_error(errno, "delete '" + path + "'");
}

std::optional<std::string> find_link(const std::string& path) {
    std::string target(256, '\0');
    for (;;) {
        const ssize_t count = ::readlink(path.c_str(), target.data(), target.size());
        if (count < 0) {
            if (absent(errno) || errno == EINVAL) return std::nullopt;
            throw os_error(errno, "read the link '" + path + "'");
        }
        if (static_cast<std::size_t>(count) < target.size()) {
            target.resize(static_cast<std::size_t>(count));
            return target;
        }
        target.resize(2 * target.size());
    }
}

bool make_link(const std::string& target, const std::string& path) {
    if (::symlink(target.c_str(), path.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    throw os_error(errno, "link '" + path + "' to '" + target + "'");
}

void replace_link(const std::string& target, const std::string& path,
                  const std::string& staging_path) {
    remove_file(staging_path);
    make_link(target, staging_path);
    rename_path(staging_path, path);
}

void copy_file(const std::string& from, const std::string& to) {
    const Fd source = open_file(from, kReadFlags);
    struct stat status {};
    if (::fstat(source.number(), &status) != 0) throw os_error(errno, "look at '" + from + "'");
    const Fd target = open_file(to, O_WRONLY | O_CREAT | O_EXCL, status.st_mode & 07777);
    if (::ioctl(target.number(), FICLONE, source.number()) != 0) {
        off_t left = status.st_size;
        while (left > 0) {
            const ssize_t count = ::copy_file_range(source.number(), nullptr, target.number(),
                                                    nullptr, static_cast<std::size_t>(left), 0);
            if (count > 0) {
                left -= count;
                continue;
            }
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS &&
                errno != EOPNOTSUPP) {
                throw os_error(errno, "copy " + names(from, to));
            }
            std::byte block[65536];
            for (std::size_t got; (got = read_some(source, block, from)) > 0;) {
                write_all(target, std::span(block, got), to);
            }
            break;
        }
    }
    const timespec times[2] = {status.st_atim, status.st_mtim};
    ::futimens(target.number(), times);
}

NewName try_add_name(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return NewName::made;
    if (errno == EEXIST) return NewName::taken;
    if (errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP) {
        return NewName::refused;
    }
    if (absent(errno) && !find_status(from)) return NewName::absent;
    throw os_error(errno, "link " + names(from, to));
}

bool add_name(const std::string& from, const std::string& to) {
    const NewName result = try_add_name(from, to);
    if (result == NewName::taken) throw os_error(EEXIST, "link " + names(from, to));
    if (result == NewName::absent) throw os_error(ENOENT, "link " + names(from, to));
    return result == NewName::made;
}

void link_file(const std::string& from, const std::string& to) {
    if (!add_name(from, to)) copy_file(from, to);
}

}  // namespace latchkey::platform
