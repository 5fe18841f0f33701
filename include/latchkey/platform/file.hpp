#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

enum class FileKind { regular, directory, symlink, other };

/// What lstat(2) or stat(2) says, as far as anybody here asks.
struct FileStatus {
    FileKind kind;
    mode_t permissions;  ///< The lower twelve bits.
    std::uint64_t size_bytes;
    std::uint64_t device;
    std::uint64_t inode;
    std::uint64_t links;
    std::int64_t mtime_seconds;  ///< Since 1970, of the last change of its content.
    std::int32_t mtime_nanoseconds;
    std::uint32_t user;
    std::uint32_t group;
};

/// Not following a last symlink. Empty where nothing has that name.
std::optional<FileStatus> find_status(const std::string& path);

/// Following symlinks. Empty where nothing is at the end (a dangling link, too).
std::optional<FileStatus> find_target_status(const std::string& path);

FileStatus load_status(const Fd& file, const std::string& shown);

/// Both are there, and one file or directory under whatever names.
bool is_same_file(const std::optional<FileStatus>& one, const std::optional<FileStatus>& other);

/// Does it belong to the user of this process?
bool is_own(const FileStatus& status);

/// Gives a new file or directory the owner and the group of `parent`, and this mode whatever the
/// umask. Only root gives a file to another user. If the file cannot have that group, its own group
/// may do no more than everybody may. What the system refuses stays as it is.
void inherit_owner(const Fd& file, const FileStatus& parent, mode_t mode);

/// The same of a new symlink, which has no mode. What is no symlink by now stays as it is.
void inherit_link_owner(const std::string& link, const FileStatus& parent);

bool is_directory(const std::string& path);  ///< Following symlinks.
bool is_file(const std::string& path);       ///< A regular file, following symlinks.

/// Whether this process may write to a file, or make something in a folder. Source: access(2).
bool may_write(const std::string& path);

/// A whole file. A pipe or device of that name is not waited for, and refused unless it ends at
/// once, as /dev/null does.
///
/// Throws: Errc::not_found, Errc::io.
std::string load_file(const std::string& path);

/// The rest of an open file. `shown` is the name in an error.
std::string load_rest(const Fd& file, const std::string& shown);

/// The same as load_file(); empty where nothing has that name.
std::optional<std::string> find_file_text(const std::string& path);

/// Whether a file has this content. False where nothing has that name. Throws: Errc::io.
bool has_content(const std::string& path, std::string_view text);

/// Creates or truncates, then writes. Mode 0666 less umask. Not atomic: for staging.
void save_file(const std::string& path, std::string_view text, mode_t mode = 0666);

/// All bytes, again on EINTR and short counts. `shown` is the name in an error.
void write_all(const Fd& file, std::span<const std::byte> bytes, const std::string& shown);

/// ftruncate(2) to nothing.
void empty_file(const Fd& file, const std::string& shown);

/// Up to `bytes.size()` bytes; 0 at the end.
std::size_t read_some(const Fd& file, std::span<std::byte> bytes, const std::string& shown);

/// The folder that a path is in, as open(2) wants it: "." and "/" where the path does not say more.
std::string folder_of(const std::string& path);

/// rename(2). Throws with both names.
void rename_path(const std::string& from, const std::string& to);

/// The same. False where the kernel will not rename between the two: another device or mount, or a
/// folder of an overlay's lower layer (EXDEV); one of them is a mount point (EBUSY).
bool try_rename(const std::string& from, const std::string& to);

/// renameat2(RENAME_NOREPLACE). False where `to` exists already.
bool rename_new(const std::string& from, const std::string& to);

/// renameat2(RENAME_EXCHANGE). False where the file system cannot (EINVAL, EXDEV, ENOSYS, ENOTSUP),
/// or one of them is a mount point (EBUSY).
bool exchange_paths(const std::string& one, const std::string& other);

/// utimensat(2) of a regular file; when it was last read is left alone.
void set_modification_time(const std::string& path, std::int64_t seconds, std::int32_t nanoseconds);

/// chmod(2), where the mode is another one.
void change_mode(const std::string& path, mode_t mode);

/// May this process write a file that has this name, and delete it? So where nothing has the name.
/// Source: access(2); a folder's sticky bit is heeded.
bool may_replace(const std::string& path);

/// May this process make and delete names in a directory? Source: access(2).
bool may_change(const std::string& directory);

/// unlink(2). False where nothing had that name.
bool remove_file(const std::string& path);

/// rmdir(2). False where it is not there or not empty.
bool remove_empty_directory(const std::string& path);

/// The same, of an empty one. False where it cannot go: a mount lies on it, or its folder may only
/// be read.
bool try_remove_directory(const std::string& path);

/// The target's text. Empty where `path` is no symlink or not there.
std::optional<std::string> find_link(const std::string& path);

/// symlink(2). False where `path` exists already.
bool make_link(const std::string& target, const std::string& path);

/// Makes `path` a symlink to `target`, replacing whatever file or symlink was there, by one rename.
/// `staging_path` is a name on the same file system for the link while it is made.
void replace_link(const std::string& target, const std::string& path,
                  const std::string& staging_path);

/// link(2). False where the file system says no: EXDEV, EPERM, EMLINK, EOPNOTSUPP.
bool add_name(const std::string& from, const std::string& to);

/// What came of a second name.
enum class NewName { made, refused, taken, absent };

/// link(2). `refused`: the file system says no, as in add_name; `taken`: `to` exists already;
/// `absent`: there is no `from`.
NewName try_add_name(const std::string& from, const std::string& to);

/// A second name for a file's content: a hard link; where the file system says no (EXDEV, EPERM,
/// EMLINK), a reflink or a copy with the same mode and modification time.
void link_file(const std::string& from, const std::string& to);

/// A copy with its own inode and the same mode; a reflink where the file system can.
void copy_file(const std::string& from, const std::string& to);

}  // namespace latchkey::platform
