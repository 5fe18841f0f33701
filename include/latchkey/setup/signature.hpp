#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/digest.hpp"

namespace latchkey::setup {

/// The public key of the releasers of this program, as PEM. Empty: it was built without one
/// (CMake's LATCHKEY_RELEASE_KEY). Nothing can replace the key at run time.
std::string_view release_key();

/// The URL of the hashes of all files of a release. They lie beside the files, with their
/// signature:
///
/// ```
/// ROOT/archive/X.Y.Z/SHA256SUMS       lines of sha256sum, with names from ROOT
/// ROOT/archive/X.Y.Z/SHA256SUMS.sig   64 bytes, Ed25519
/// ```
///
/// Source: sha256sum(1); RFC 8032.
std::string sums_url(std::string_view root, std::string_view version);

/// Whether the owner of the key has signed this text.
///
/// Shape:  `key` is the PEM of an Ed25519 public key; `signature` is the 64 raw bytes.
/// Throws: Errc::corrupt if `key` is not such a key.
bool is_signed(std::string_view text, std::string_view signature, std::string_view key);

/// The hash of a file in the output of sha256sum. Empty: the file is not listed. The name contains
/// the version, so an older release cannot pass for a newer one.
///
/// Shape: `name` is a program_url() without its root and slash.
std::optional<Digest> find_sum(std::string_view sums, std::string_view name);

}  // namespace latchkey::setup
