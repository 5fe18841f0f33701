#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file_status.hpp"

namespace latchkey::platform {

/// Gives a new file or directory the owner and group of `parent`, and `mode` whatever the umask.
/// Only root can give a file to another user. If the file cannot have that group, its own group
/// gets no more rights than everybody. What the system refuses stays as it is.
void inherit_owner(const Fd& file, const FileStatus& parent, mode_t mode);

/// Gives a new symlink the owner and group of `parent`. A link has no mode. Does nothing if `link`
/// is not a symlink any more.
void inherit_link_owner(const std::string& link, const FileStatus& parent);

/// Whether this process may write to a file, or make names in a folder.
///
/// Source: access(2).
bool may_write(const std::string& path);

/// The content of a file. A pipe or device is not waited for, and is refused unless it ends at
/// once, as /dev/null does.
///
/// Throws: Errc::not_found, Errc::io.
std::string load_file(const std::string& path);

/// Everything that is left of an open file. `shown` is the name in an error.
std::string load_rest(const Fd& file, const std::string& shown);

/// A file's text, and what it was read from.
struct FileText {
    std::string text;
    FileStatus status;
};

/// As load_rest(), at the same cost.
FileText load_text(const Fd& file, const std::string& shown);

/// As load_file(). Empty: nothing has that name.
std::optional<std::string> find_file_text(const std::string& path);

/// Whether a file has exactly this content. False if nothing has that name.
///
/// Throws: Errc::io.
bool has_content(const std::string& path, std::string_view text);

/// Creates or truncates the file, then writes. The umask applies to `mode`. Not atomic: for staging
/// only.
void save_file(const std::string& path, std::string_view text, mode_t mode = 0666);

/// Writes all bytes, repeating on EINTR and short counts. `shown` is the name in an error.
void write_all(const Fd& file, std::span<const std::byte> bytes, const std::string& shown);

/// ftruncate(2): only its first bytes stay.
void cut_file(const Fd& file, std::uint64_t bytes, const std::string& shown);

/// Reads up to `bytes.size()` bytes. 0: the end of the file.
std::size_t read_some(const Fd& file, std::span<std::byte> bytes, const std::string& shown);

/// The folder of a path, as open(2) takes it: "." for a path without a slash, "/" for a name in the
/// root.
std::string folder_of(const std::string& path);

/// rename(2). The error has both names.
void rename_path(const std::string& from, const std::string& to);

/// As rename_path(). False if the kernel refuses this pair: another device or mount, a folder of an
/// overlay's lower layer (EXDEV), or a mount point (EBUSY).
bool try_rename(const std::string& from, const std::string& to);

/// renameat2(RENAME_NOREPLACE). False: `to` exists.
bool rename_new(const std::string& from, const std::string& to);

/// renameat2(RENAME_EXCHANGE). False if the file system cannot (EINVAL, EXDEV, ENOSYS, EOPNOTSUPP)
/// or if one of the two is a mount point (EBUSY).
bool exchange_paths(const std::string& one, const std::string& other);

/// Sets the time of last modification of a file. The time of last access stays.
///
/// Units:  since the beginning of 1970, UTC.
/// Source: utimensat(2).
void set_modification_time(const std::string& path, std::int64_t seconds, std::int32_t nanoseconds);

/// Sets a file's times to now. Does nothing if that is refused.
///
/// Source: utimensat(2), "Permissions requirements": who may write the file may do this.
void try_touch(const std::string& path);

/// chmod(2), unless the file has that mode already.
void change_mode(const std::string& path, mode_t mode);

/// Whether this process may write and delete the file of this name, as far as rights say. True if
/// nothing has the name. A folder's sticky bit counts.
///
/// Source: access(2).
bool may_replace(const std::string& path);

/// Whether this process may make and delete names in a directory.
///
/// Source: access(2).
bool may_change(const std::string& directory);

/// unlink(2). False: nothing had that name.
bool remove_file(const std::string& path);

/// rmdir(2). False: the directory does not exist or is not empty.
bool remove_empty_directory(const std::string& path);

/// rmdir(2) of an empty directory. False if it cannot be removed: it is a mount point, or its
/// folder is read-only. True if it does not exist.
bool try_remove_directory(const std::string& path);

/// A symlink's target, as written in it. Empty: `path` is not a symlink or does not exist.
std::optional<std::string> find_link(const std::string& path);

/// symlink(2). False: `path` exists.
bool make_link(const std::string& target, const std::string& path);

/// Makes `path` a symlink to `target` by one rename, which replaces the file or symlink that was
/// there. The link is made as `staging_path`, on the same file system.
void replace_link(const std::string& target, const std::string& path,
                  const std::string& staging_path);

/// link(2). False if the file system refuses: EXDEV, EPERM, EMLINK, EOPNOTSUPP.
bool add_name(const std::string& from, const std::string& to);

/// The result of try_add_name().
enum class NewName { made, refused, taken, absent };

/// link(2). `refused`: the file system refuses, as in add_name(). `taken`: `to` exists. `absent`:
/// `from` does not exist.
NewName try_add_name(const std::string& from, const std::string& to);

/// Gives a file's content a second name: a hard link, or, if the file system refuses one (see
/// add_name()), a copy as copy_file() makes it.
void link_file(const std::string& from, const std::string& to);

/// Makes a copy with its own inode and the mode and times of `from`: a reflink if the file system
/// can.
///
/// Throws: Errc::io, also if `to` exists; Errc::not_found.
void copy_file(const std::string& from, const std::string& to);

}  // namespace latchkey::platform
