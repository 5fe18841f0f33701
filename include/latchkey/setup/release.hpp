#pragma once

#include <string>
#include <string_view>

#include "latchkey/base/digest.hpp"

namespace latchkey::setup {

/// Where new versions of this program lie, in rustup's layout.
///
/// ```
/// ROOT/release-stable.toml                       schema-version = "1", version = "X.Y.Z"
/// ROOT/archive/X.Y.Z/TARGET/rustup-init          the program
/// ROOT/archive/X.Y.Z/TARGET/rustup-init.sha256   its hash, which may be missing
/// ```
std::string release_url(std::string_view root);
std::string program_url(std::string_view root, std::string_view version, std::string_view target);

/// The version that a release file names.
///
/// Throws: Errc::corrupt, `unable to parse rustup release file: …`.
std::string parse_release(std::string_view text);

/// The hash in a `.sha256` file: its first word.
///
/// Throws: Errc::corrupt.
Digest parse_hash_file(std::string_view text, const std::string& url);

/// The version in what `rustup-init --version` prints: Latchkey's own, else the first that looks
/// like one, else "(unknown)".
std::string printed_version(std::string_view text);

}  // namespace latchkey::setup
