#pragma once

#include <string>
#include <string_view>

namespace latchkey::platform {

/// Replaces the content of a user's file and leaves everything else as it is: owner, group, mode,
/// ACL and other extended attributes, its other names, and what is mounted there.
///
/// Symlinks are followed. If nothing is lost by it, one rename replaces the file, and readers see
/// the old content or the new. Otherwise (the file has several names, is a mount point or another
/// user's, or its folder is read-only) the text is written into the file. Room on the disk is
/// reserved first, and a text that becomes shorter ends in empty lines until it is cut, so that a
/// reader finds valid text meanwhile. A kill within that one write may leave a part of the text.
///
/// A missing file is made, mode 0666 less umask, also at the end of a dangling symlink. The disk
/// has the text before the file changes its content.
///
/// Requires: the folder exists. A range keeps others from writing `path`.
/// Throws:   Errc::not_found, Errc::no_room, Errc::io. No draft is left.
/// Source:   rename(2), xattr(7), acl(5), fallocate(2).
void rewrite_file(const std::string& path, std::string_view text);

/// The path of rewrite_file()'s draft. It is always the same, so the next writer takes over what a
/// killed one left.
std::string draft_path(const std::string& path);

/// Appends text to a file in one write, following symlinks. A pipe or device is written to, but not
/// waited for. A missing file is made, mode 0666 less umask.
///
/// Requires: the folder exists.
void append_file(const std::string& path, std::string_view text);

}  // namespace latchkey::platform
