#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace latchkey::archive {

/// A regular file of the tree, as it was written.
struct UnpackedFile {
    std::string path;  ///< Relative to the tree.
    mode_t mode;       ///< Permissions as they are on disk, after the umask.
    std::uint64_t size_bytes;
    std::string xxh3_128;            ///< 32 lower-case hex digits.
    std::int64_t mtime_seconds = 0;  ///< When it was written, since 1970.
    std::int32_t mtime_nanoseconds = 0;
};

/// A line of `manifest.in`.
struct PayloadLine {
    enum class Kind { file, directory };
    Kind kind;
    std::string path;  ///< Relative, without "." or doubled slashes.
};

/// A component, as its package lists it.
struct UnpackedComponent {
    std::string name;                  ///< In the package: "rustc".
    std::vector<PayloadLine> payload;  ///< As in `manifest.in`, in its order.
};

/// What unpack() has left in `<staging>/tree`.
struct Unpacked {
    std::vector<UnpackedFile> files;       ///< Sorted by path.
    std::vector<std::string> directories;  ///< Relative, sorted, so parents come first; no root.
    std::vector<UnpackedComponent> components;  ///< The one that was asked for, or all, in the
                                                ///< package's order.
    std::vector<std::string> warnings;          ///< rustup's texts, for the user to see.
};

}  // namespace latchkey::archive
