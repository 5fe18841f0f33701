#pragma once

#include <string>
#include <string_view>

#include "latchkey/base/digest.hpp"

namespace latchkey::setup {

/// Where new versions of this program lie, in rustup's layout.
///
/// ```
/// ROOT/release-stable.toml                       schema-version = "1", version = "X.Y.Z",
///                                                program = "latchkey"
/// ROOT/archive/X.Y.Z/TARGET/rustup-init          the program
/// ROOT/archive/X.Y.Z/TARGET/rustup-init.sha256   its hash, which may be missing
/// ```
std::string release_url(std::string_view root);
std::string program_url(std::string_view root, std::string_view version, std::string_view target);

/// What a release file says.
struct Release {
    std::string version;

    /// It says that its program is this one. Without it, it is rustup's: mirrors of rustup's server
    /// are where RUSTUP_UPDATE_ROOT mostly leads to, and are no update server of ours.
    bool ours = false;
};

/// Throws: Errc::corrupt, `unable to parse rustup release file: …`.
Release parse_release(std::string_view text);

/// The hash in a `.sha256` file: its first word.
///
/// Throws: Errc::corrupt.
Digest parse_hash_file(std::string_view text, const std::string& url);

/// The version in what `rustup-init --version` prints: Latchkey's own, else the first that looks
/// like one, else "(unknown)".
std::string printed_version(std::string_view text);

}  // namespace latchkey::setup
