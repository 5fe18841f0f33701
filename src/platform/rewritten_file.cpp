#include "latchkey/platform/rewritten_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/new_file.hpp"
#include "latchkey/platform/system.hpp"
#include "open_again.hpp"

namespace latchkey::platform {
namespace {

constexpr const char* kAcl = "system.posix_acl_access";  // acl(5): beyond what the mode says.

/// Empty where the file system has none.
std::optional<std::string> find_attribute(const Fd& file, const char* name) {
    const ssize_t size = ::fgetxattr(file.number(), name, nullptr, 0);
    if (size < 0) return std::nullopt;
    std::string value(static_cast<std::size_t>(size), '\0');
    const ssize_t read = ::fgetxattr(file.number(), name, value.data(), value.size());
    if (read < 0) return std::nullopt;
    value.resize(static_cast<std::size_t>(read));
    return value;
}

std::vector<std::string> attribute_names(const Fd& file) {
    const ssize_t size = ::flistxattr(file.number(), nullptr, 0);
    if (size <= 0) return {};
    std::string list(static_cast<std::size_t>(size), '\0');
    const ssize_t read = ::flistxattr(file.number(), list.data(), list.size());
    list.resize(read < 0 ? 0 : static_cast<std::size_t>(read));
    std::vector<std::string> names;
    for (const std::string_view name : split(list, '\0')) {
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

/// False where the draft cannot become like the original.
bool copy_attributes(const Fd& original, const Fd& draft) {
    // A folder may give its new files an ACL.
    if (::fremovexattr(draft.number(), kAcl) != 0 && errno != ENODATA && errno != EOPNOTSUPP) {
        return false;
    }
    for (const std::string& name : attribute_names(original)) {
        const auto wanted = find_attribute(original, name.c_str());
        if (!wanted || find_attribute(draft, name.c_str()) == wanted) continue;
        if (::fsetxattr(draft.number(), name.c_str(), wanted->data(), wanted->size(), 0) != 0) {
            return false;
        }
    }
    return true;
}

bool make_alike(const Fd& original, const FileStatus& wanted, const Fd& draft,
                const std::string& shown) {
    const FileStatus now = load_status(draft, shown);
    if ((now.user != wanted.user || now.group != wanted.group) &&
        ::fchown(draft.number(), wanted.user, wanted.group) != 0) {
        return false;
    }
    // The mode after the ACL, whose mask it is, and after fchown(2), which may clear bits.
    return copy_attributes(original, draft) && ::fchmod(draft.number(), wanted.permissions) == 0 &&
           load_status(draft, shown).permissions == wanted.permissions;
}

/// Empty where this folder takes no new file.
std::optional<Fd> try_make_draft(const std::string& path) {
    ::unlink(path.c_str());
    const int number =
        open_again(AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (number >= 0) return Fd(number);
    if (errno == EACCES || errno == EPERM || errno == EROFS || errno == EEXIST ||
        errno == ENAMETOOLONG) {
        return std::nullopt;
    }
    throw os_error(errno, "create '" + path + "'");
}

/// A draft's name, gone at the end unless it was renamed.
class DraftName {
public:
    explicit DraftName(std::string path) : path_(std::move(path)) {}
    ~DraftName() {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    DraftName(const DraftName&) = delete;
    DraftName& operator=(const DraftName&) = delete;

    /// False where the kernel will not: a mount point, a sticky folder.
    bool try_rename_to(const std::string& target) {
        if (::rename(path_.c_str(), target.c_str()) != 0) return false;
        path_.clear();
        return true;
    }

private:
    std::string path_;
};

/// False where something would be lost by it, or the system will not.
bool try_replace(const std::string& target, std::string_view text) {
    const auto original = find_permitted_file(target, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    if (!original) return false;
    const FileStatus status = load_status(*original, target);
    if (status.kind != FileKind::regular || status.links != 1) return false;
    const std::string path = draft_path(target);
    try {
        const auto draft = try_make_draft(path);
        if (!draft) return false;
        DraftName name(path);
        if (!make_alike(*original, status, *draft, path)) return false;
        write_all(*draft, as_bytes(text), path);
        sync_file(*draft, path);
        return name.try_rename_to(target);
    } catch (const Error& e) {
        // What becomes shorter needs no room.
        if (e.code() == Errc::no_room && text.size() <= status.size_bytes) return false;
        throw;
    }
}

/// O_CREAT only for what is not there: in a sticky folder it refuses the file of another user.
/// Source: proc_sys_fs(5), protected_regular.
Fd open_for_writing(const std::string& path, int flags) {
    flags |= O_WRONLY | O_NONBLOCK;
    if (auto file = find_file(path, flags)) return std::move(*file);
    return open_file(path, flags | O_CREAT);
}

/// The content stays what it was where the disk has no room.
void write_into(const std::string& path, std::string_view text) {
    const Fd file = open_for_writing(path, 0);
    const FileStatus before = load_status(file, path);
    if (before.kind != FileKind::regular) return write_all(file, as_bytes(text), path);
    const auto size = static_cast<off_t>(text.size());
    if (size > 0 && ::fallocate(file.number(), FALLOC_FL_KEEP_SIZE, 0, size) != 0 &&
        (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
        throw os_error(errno, "write '" + path + "'");
    }
    std::string padded(text);
    if (padded.size() < before.size_bytes)
        padded.resize(static_cast<std::size_t>(before.size_bytes), '\n');
    write_all(file, as_bytes(padded), path);
    if (::ftruncate(file.number(), size) != 0) throw os_error(errno, "write '" + path + "'");
    sync_file(file, path);
}

}  // namespace

std::string draft_path(const std::string& path) {
    return path + ".latchkey";
}

void rewrite_file(const std::string& path, std::string_view text) {
    const auto target = find_canonical(path);
    if (!target && !find_status(path) && save_new_file(path, text)) return;
    if (target && try_replace(*target, text)) return;
    write_into(target.value_or(path), text);
}

void append_file(const std::string& path, std::string_view text) {
    write_all(open_for_writing(path, O_APPEND), as_bytes(text), path);
}

}  // namespace latchkey::platform
