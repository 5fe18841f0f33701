#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace latchkey::platform {

/// Directories that processes use without holding ranges: their program, a mapped file or their
/// working directory is in there. A courtesy to rustup's own proxies and to what is run by its
/// path: processes that may not be looked into are not seen, nor is what begins after the look.
///
/// The calling process is left out.
///
/// Thread: any number, once made.
/// Source: proc(5), /proc/pid/exe, cwd and maps.
class DirectoryUsers {
public:
    /// Reads /proc once. Only what is at or below `prefix` is kept; "/" keeps everything.
    ///
    /// Shape:    `prefix` is a real path, as the kernel shows it.
    /// Requires: `except` are processes that need not be looked at, because they hold ranges.
    /// Throws:   Errc::io where /proc cannot be listed.
    static DirectoryUsers look(const std::string& prefix, std::span<const pid_t> except = {});

    /// Does some process use this directory itself, or a file below it? The kernel follows renames,
    /// so a directory is found by the name that it had at the time of the look. A file that was
    /// deleted meanwhile counts as being where it was.
    ///
    /// Shape: a real path, at or below the look's prefix.
    [[nodiscard]] bool uses(const std::string& directory) const;

private:
    std::vector<std::string> paths_;  // Sorted, each once.
};

}  // namespace latchkey::platform
