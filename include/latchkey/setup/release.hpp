#pragma once

#include <string>
#include <string_view>

#include "latchkey/base/digest.hpp"

namespace latchkey::setup {

/// The URLs of new versions of this program, in rustup's layout.
///
/// ```
/// ROOT/release-stable.toml                       schema-version = "1", version = "X.Y.Z",
///                                                program = "latchkey"
/// ROOT/archive/X.Y.Z/TARGET/rustup-init          the program
/// ROOT/archive/X.Y.Z/TARGET/rustup-init.sha256   its hash, which may be missing
/// ```
std::string release_url(std::string_view root);
std::string program_url(std::string_view root, std::string_view version, std::string_view target);

/// The content of a release file.
struct Release {
    std::string version;

    /// Whether the file says that its program is Latchkey. Without that it is rustup's:
    /// RUSTUP_UPDATE_ROOT often names a mirror of rustup's server, which is not an update server of
    /// ours.
    bool ours = false;
};

/// Throws: Errc::corrupt, `unable to parse rustup release file: …`.
Release parse_release(std::string_view text);

/// The hash in a `.sha256` file: its first word.
///
/// Throws: Errc::corrupt.
Digest parse_hash_file(std::string_view text, const std::string& url);

/// The version in the output of `rustup-init --version`: Latchkey's own, otherwise the first word
/// that looks like a version, otherwise "(unknown)".
std::string printed_version(std::string_view text);

}  // namespace latchkey::setup
