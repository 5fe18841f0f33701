#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// Two directories, open, of which one's files get second names in the other. For folders of
/// thousands of files: neither path is walked again for each of them.
///
/// Thread: one at a time.
class DirectoryPair {
public:
    /// Follows symlinks. Empty where `from` is no directory.
    ///
    /// Throws: Errc::not_found without `to`, Errc::io.
    static std::optional<DirectoryPair> find(const std::string& from, const std::string& to);

    /// linkat(2). `name` is one part of a path. Results as those of platform::try_add_name().
    NewName try_add_name(const std::string& name) const;

    /// What `to` has under that name, not following a symlink.
    std::optional<FileStatus> find_status(const std::string& name) const;

private:
    DirectoryPair(std::string from_path, Fd from, std::string to_path, Fd to);

    std::string from_path_;
    Fd from_;
    std::string to_path_;
    Fd to_;
};

}  // namespace latchkey::platform
