#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/digest.hpp"

namespace latchkey::setup {

/// The public key of those who release this program, as PEM. Empty: it was built without one
/// (CMake's LATCHKEY_RELEASE_KEY). Nothing at run time puts another in its place.
std::string_view release_key();

/// Where the hashes of all files of a release lie, beside what they are of, and their signature:
///
/// ```
/// ROOT/archive/X.Y.Z/SHA256SUMS       lines of sha256sum, with names from ROOT
/// ROOT/archive/X.Y.Z/SHA256SUMS.sig   64 bytes, Ed25519
/// ```
///
/// Source: sha256sum(1); RFC 8032.
std::string sums_url(std::string_view root, std::string_view version);

/// Does the owner of the key vouch for this text?
///
/// Shape:  `key` is the PEM of an Ed25519 public key; `signature` the 64 bytes as they are.
/// Throws: Errc::corrupt where `key` is no such key.
bool is_signed(std::string_view text, std::string_view signature, std::string_view key);

/// The hash that lines of sha256sum give for a file. Empty: they do not name it. The name has the
/// version in it, so that no older release passes for a newer one.
///
/// Shape: `name` is a program_url() without its root and slash.
std::optional<Digest> find_sum(std::string_view sums, std::string_view name);

}  // namespace latchkey::setup
