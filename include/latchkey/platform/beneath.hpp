#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// Makes and removes things below one directory, and nowhere else, whatever the names say.
///
/// A path is relative, its parts are joined by single slashes, and no part is "." or "..". Symlinks
/// are never followed, neither at the end nor on the way.
///
/// Thread: any number may create files and directories at once; everything else one at a time, and
///         alone.
/// Source: openat2(2), RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS.
class Beneath {
public:
    /// Who walks a path: the kernel in one call, or we, a directory at a time. The kernel's way
    /// gives way to ours where openat2(2) is missing (before Linux 5.6) or forbidden (seccomp).
    enum class Walk { kernel, own };

    /// Throws: Errc::not_found, Errc::io (not a directory, or a symlink to one).
    explicit Beneath(std::string root, Walk walk = Walk::kernel);

    [[nodiscard]] const std::string& root() const noexcept { return root_path_; }

    /// The mode bits that a new directory here gets of 0777: what the umask, or a default ACL,
    /// leaves.
    ///
    /// Requires: the root was made with mode 0777 by this process.
    [[nodiscard]] mode_t allowed_mode() const;

    /// A new file, open for writing. Empty where something has that name.
    ///
    /// Throws: Errc::not_found without the parent, Errc::io.
    std::optional<Fd> create_file(const std::string& path, mode_t mode);

    /// False where something has that name.
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
