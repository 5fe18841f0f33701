#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// Two open directories: files of the first get second names in the second. For folders of
/// thousands of files, because neither path is walked again for each file.
///
/// Thread: one at a time.
class DirectoryPair {
public:
    /// Opens both, following symlinks. Empty: `from` is not a directory.
    ///
    /// Throws: Errc::not_found if `to` does not exist; Errc::io.
    static std::optional<DirectoryPair> find(const std::string& from, const std::string& to);

    /// linkat(2) of the file `name`. Results as platform::try_add_name().
    ///
    /// Shape: `name` is one part of a path.
    NewName try_add_name(const std::string& name) const;

    /// The status of `name` in `to`, not following a symlink. Empty: `to` has no such name.
    std::optional<FileStatus> find_status(const std::string& name) const;

private:
    DirectoryPair(std::string from_path, Fd from, std::string to_path, Fd to);

    std::string from_path_;
    Fd from_;
    std::string to_path_;
    Fd to_;
};

}  // namespace latchkey::platform
