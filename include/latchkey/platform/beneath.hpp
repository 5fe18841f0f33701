#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// Makes and removes files and directories below one directory, and nowhere else, whatever the
/// names say.
///
/// Symlinks are never followed, neither at the end of a path nor on the way.
///
/// Shape: a path is relative, its parts are joined by single slashes, and no part is "." or "..".
///
/// Thread: any number may create files and directories at once; everything else one at a time, and
///         alone.
/// Source: openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS.
class Beneath {
public:
    /// Who walks a path: the kernel in one call, or this class, a directory at a time. The class
    /// falls back to `own` if openat2(2) is missing (before Linux 5.6) or forbidden (seccomp).
    enum class Walk { kernel, own };

    /// Throws: Errc::not_found, Errc::io (not a directory, or a symlink to one).
    explicit Beneath(std::string root, Walk walk = Walk::kernel);

    [[nodiscard]] const std::string& root() const noexcept { return root_path_; }

    /// The bits of mode 0777 that a new directory here gets: what the umask or a default ACL
    /// leaves.
    ///
    /// Requires: the root was made with mode 0777 by this process.
    [[nodiscard]] mode_t allowed_mode() const;

    /// Makes a file and opens it for writing. Empty: something has that name.
    ///
    /// Throws: Errc::not_found without the parent, Errc::io.
    std::optional<Fd> create_file(const std::string& path, mode_t mode);

    /// False: something has that name.
    bool make_directory(const std::string& path, mode_t mode);

    void remove_file(const std::string& path);

    /// Throws: Errc::io if it is not empty.
    void remove_directory(const std::string& path);

private:
    int open_raw(const std::string& path, int flags, mode_t mode);
    int open_by_parts(const std::string& path, int flags, mode_t mode);
    const Fd& parent_of(const std::string& path);
    [[nodiscard]] std::string shown(const std::string& path) const;

    std::string root_path_;
    Fd root_;
    std::atomic<Walk> walk_;
    std::recursive_mutex parents_;  // Guards what follows.
    std::string parent_path_;       // What `parent_` is open on; most names follow a sibling.
    Fd parent_;
};

}  // namespace latchkey::platform
