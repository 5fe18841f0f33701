#pragma once

#include <optional>
#include <string>

#include "latchkey/config/toolchain_file.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// Whether a toolchain file may decide what runs here: its owner is this user or root, or its
/// directory is one of the safe ones. Under sudo, the user who called sudo counts as well.
///
/// A file of another user may name any toolchain, or a path with a `bin` of that user's. The owner
/// is that of the file that was read and, if a link led to it, of the link too.
///
/// Source: RFC 3279 of Rust, whose names these are, and git's safe.directory (git-config(1)).
bool is_trusted(const Site& site, const config::FoundToolchainFile& file);

/// The warning about a file that is not trusted. Empty: it is.
std::optional<std::string> find_distrust(const Site& site, const config::FoundToolchainFile& file);

/// Whether a directory is listed as safe: it is named, a directory above it is named with `/*` at
/// the end, or `*` is listed.
///
/// Shape: `directory` as the working directory has it, without a slash at the end.
bool is_safe(const Site& site, const std::string& directory);

}  // namespace latchkey::resolve
