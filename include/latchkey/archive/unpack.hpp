#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/base/permit.hpp"

namespace latchkey::archive {

/// What to take out of a package, and where to.
struct UnpackRequest {
    std::string staging;          ///< An empty directory that belongs to the caller.
    std::string component_full;   ///< "rustc-x86_64-unknown-linux-gnu": looked for first,
    std::string component_pkg;    ///< "rustc": then this. The same where there is no target.
                                  ///< Both empty: every component that the package lists.
    std::string component_shown;  ///< "rustc": the short name, for error texts.
    bool case_folding = false;    ///< What `folds_case` says of where the tree will live.
    /// How much of small files may wait for a thread that writes it. Units: bytes.
    std::uint64_t waiting_bytes = 4 * 1024 * 1024;
};

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

/// A component as its package has it.
struct UnpackedComponent {
    std::string name;                  ///< In the package: "rustc".
    std::vector<PayloadLine> payload;  ///< As in `manifest.in`, in its order.
};

/// What lies in `<staging>/tree` now.
struct Unpacked {
    std::vector<UnpackedFile> files;       ///< Sorted by path.
    std::vector<std::string> directories;  ///< Relative, sorted, so parents come first; no root.
    std::vector<UnpackedComponent> components;  ///< The one that was asked for, or all, in the
                                                ///< package's order.
    std::vector<std::string> warnings;          ///< rustup's texts, for the user to see.
};

/// Reads a plain tar stream to its end and leaves one component's files in `<staging>/tree`, or
/// those of all: exactly what each component's `manifest.in` lists, wherever in the stream that
/// list is.
///
/// Packages have rust-installer's layout, version 3. Only files and directories are taken, and only
/// below `staging`; after a throw the caller empties `staging`, and nothing is anywhere else.
/// Permissions are the owner's of the tar, group and others get the owner's r and x, all subject to
/// the umask. Owner and times are not restored.
///
/// Stricter than rustup: a name twice, `..` in a list, a missing end of the archive, bytes behind
/// it, and more than 64 components are refused.
///
/// Throws: what `tar` throws; the cancellation; Errc::corrupt for a package that is not one, and
///         for two components with one path, `failed to install component: 'NAME', …`;
///         Errc::unsupported for kinds of entries, paths and versions that are not taken, Errc::io.
///         The caller adds "failed to extract package".
/// Source: rust-installer's README; rustup 1.29's texts.
Unpacked unpack(const OnWorker& on, ByteSource& tar, const UnpackRequest& request);

/// True where `a` and `A` are one name in this directory. Asked by making a file there for a
/// moment.
///
/// Throws: Errc::not_found, Errc::io.
bool folds_case(const std::string& directory);

}  // namespace latchkey::archive
