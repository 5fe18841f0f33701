#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <vector>

namespace latchkey::platform {

/// The directories that processes use without holding ranges, because their program, a mapped file
/// or their working directory lies there.
///
/// This is a courtesy to rustup's own proxies and to programs that are run by path, not a promise:
/// processes that may not be looked into are not seen, nor is a use that begins after the look.
///
/// The calling process is left out.
///
/// Thread: any number, once made.
/// Source: proc(5), /proc/pid/exe, cwd and maps.
class DirectoryUsers {
public:
    /// Reads /proc once. Keeps only what is at or below `prefix`; "/" keeps everything.
    ///
    /// Shape:    `prefix` is a real path, as the kernel shows it.
    /// Requires: the processes in `except` hold ranges, and so need no look.
    /// Throws:   Errc::io if /proc cannot be listed.
    static DirectoryUsers look(const std::string& prefix, std::span<const pid_t> except = {});

    /// Whether some process uses this directory itself or a file below it. The kernel follows
    /// renames, so the name that counts is the one at the time of the look. A file that was deleted
    /// counts at its old place.
    ///
    /// Shape: a real path, at or below the look's prefix.
    [[nodiscard]] bool uses(const std::string& directory) const;

private:
    std::vector<std::string> paths_;  // Sorted, each once.
};

}  // namespace latchkey::platform
