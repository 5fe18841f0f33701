#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// Makes a file without a name and opens it for reading and writing. If the process is killed,
/// nothing of it is left. Empty: the file system has no such files.
///
/// Throws: Errc::not_found, Errc::io; the message names the directory.
/// Source: open(2), O_TMPFILE.
std::optional<Fd> make_nameless_file(const std::string& directory, mode_t mode);

/// Gives a nameless file its first name. False: the name is taken. Empty: it cannot be done here,
/// without /proc or without hard links.
///
/// Source: open(2), O_TMPFILE; linkat(2).
std::optional<bool> give_name(const Fd& file, const std::string& path);

/// Makes a file in one step for readers, and the disk has it then. False: the name is taken, and
/// its file stays. The umask applies to `mode`.
///
/// Requires: the folder exists.
/// Throws:   Errc::not_found, Errc::no_room, Errc::io. No draft is left.
bool save_new_file(const std::string& path, std::string_view text, mode_t mode = 0666);

/// Waits until the disk has the content of a file. `shown` is the name in an error.
///
/// Throws: as sync_files().
void sync_file(const Fd& file, const std::string& shown);

/// Waits until the disk has the content of these files; their names it may have earlier. All are
/// written together, so that many cost little more than one.
///
/// Throws: Errc::not_found, Errc::io. Does not wait if the file system cannot sync.
/// Source: fdatasync(2), sync_file_range(2).
void sync_files(const std::vector<std::string>& paths);

/// As save_file(), and waits until the disk has the content.
void save_file_durably(const std::string& path, std::string_view text, mode_t mode = 0666);

}  // namespace latchkey::platform
