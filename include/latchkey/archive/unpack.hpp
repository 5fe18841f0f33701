#pragma once

#include <cstdint>
#include <string>

#include "latchkey/archive/byte_source.hpp"
#include "latchkey/archive/unpacked.hpp"
#include "latchkey/base/permit.hpp"

namespace latchkey::archive {

/// What to take out of a package, and where to.
struct UnpackRequest {
    std::string staging;          ///< An empty directory that belongs to the caller.
    std::string component_full;   ///< "rustc-x86_64-unknown-linux-gnu": looked for first,
    std::string component_pkg;    ///< "rustc": looked for next. Equal if there is no target.
                                  ///< Both empty: every component that the package lists.
    std::string component_shown;  ///< "rustc": the short name, for error texts.
    bool case_folding = false;    ///< What folds_case() says of where the tree will live.
    /// How much of small files may wait for a thread that writes them. Units: bytes.
    std::uint64_t waiting_bytes = 4 * 1024 * 1024;
};

/// Reads a plain tar stream to its end and leaves the files of one component, or of all, in
/// `<staging>/tree`: exactly those that the component's `manifest.in` lists, wherever in the stream
/// that list comes.
///
/// A package has rust-installer's layout, version 3. Only files and directories are unpacked, and
/// only below `staging`. After a throw the caller empties `staging`; nothing was written elsewhere.
/// The owner's permissions come from the tar, group and others get the owner's r and x, and the
/// umask applies to all. Owner and times are not restored.
///
/// Stricter than rustup: refuses a name that occurs twice, `..` in a list, a missing end of the
/// archive, bytes after it, and more than 64 components.
///
/// Throws: what `tar` throws; the cancellation; Errc::corrupt for a stream that is not a package,
///         and for two components with the same path, `failed to install component: 'NAME', …`;
///         Errc::unsupported for a kind of entry, a path or a version that is refused; Errc::io.
///         The caller adds "failed to extract package".
/// Source: rust-installer's README; rustup 1.29's texts.
Unpacked unpack(const OnWorker& on, ByteSource& tar, const UnpackRequest& request);

/// Whether `a` and `A` are one name in this directory. Makes a file there for a moment to find out.
///
/// Throws: Errc::not_found, Errc::io.
bool folds_case(const std::string& directory);

}  // namespace latchkey::archive
