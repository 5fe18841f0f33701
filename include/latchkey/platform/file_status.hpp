#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"

struct stat;  // Of stat(2).

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
    std::uint64_t disk_bytes;    ///< That it takes on the disk, as `du` counts.
    std::int64_t ctime_seconds;  ///< Since 1970, of the last change of anything; nobody can set it.
};

/// The status of a name; a symlink at its end is not followed. Empty: nothing has that name.
///
/// Throws: Errc::io.
std::optional<FileStatus> find_status(const std::string& path);

/// The status of what a path leads to, following symlinks. Empty: it leads to nothing, as a
/// dangling link does.
///
/// Throws: Errc::io.
std::optional<FileStatus> find_target_status(const std::string& path);

/// From what stat(2) or a call of its family has filled in.
FileStatus to_status(const struct stat& status);

/// fstat(2). `shown` is the name in an error.
FileStatus load_status(const Fd& file, const std::string& shown);

/// Whether both exist and are one file or directory, under whatever names.
bool is_same_file(const std::optional<FileStatus>& one, const std::optional<FileStatus>& other);

/// Whether it belongs to the effective user of this process.
bool is_own(const FileStatus& status);

bool is_directory(const std::string& path);  ///< Following symlinks.
bool is_file(const std::string& path);       ///< A regular file, following symlinks.

}  // namespace latchkey::platform
