#pragma once

#include <string>
#include <string_view>

namespace latchkey::platform {

/// Gives a file that belongs to a user another content and leaves all else as it is: owner, group,
/// mode, ACL and other extended attributes, its other names, and what is mounted there.
///
/// Symlinks are followed. The file is replaced by one rename if nothing is lost by that: readers
/// see the old content or the new. Otherwise the text is written into the file: it has several
/// names, is a mount point or another user's, or its folder may not be written. Room on the disk is
/// reserved first, and a text that becomes shorter ends in empty lines until it is cut, so what a
/// reader may see meanwhile still makes sense; who is killed within that one write may leave a part
/// of the text.
///
/// A missing file is made, mode 0666 less umask; also the one that a dangling symlink names. Its
/// folder must be there. The disk has the text first.
///
/// Requires: nobody else writes `path`: a range guards it.
/// Throws:   Errc::not_found, Errc::no_room, Errc::io. No draft is left.
/// Source:   rename(2), xattr(7), acl(5), fallocate(2).
void rewrite_file(const std::string& path, std::string_view text);

/// Where rewrite_file() writes first: always the same name, so what a killed writer left is the
/// next one's.
std::string draft_path(const std::string& path);

/// Adds text at the end of a file in one write, following symlinks; what is no regular file may
/// take it, and is not waited for. A missing file is made, mode 0666 less umask; its directory must
/// be there.
void append_file(const std::string& path, std::string_view text);

}  // namespace latchkey::platform
