#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// A file that has no name yet, open for reading and writing: whoever is killed leaves nothing of
/// it. Empty where the file system has no such files.
///
/// Throws: Errc::not_found, Errc::io; the message names the directory.
/// Source: open(2), O_TMPFILE.
std::optional<Fd> make_nameless_file(const std::string& directory, mode_t mode);

/// The first name of a nameless file. False where that name is taken; empty where this cannot be
/// done here: no /proc, or no hard links.
///
/// Source: open(2), O_TMPFILE; linkat(2).
std::optional<bool> give_name(const Fd& file, const std::string& path);

/// Writes a file that nobody has made yet, in one step for readers. False where somebody has: that
/// file stays. Mode 0666 less umask. Parent directories must be there.
bool save_new_file(const std::string& path, std::string_view text, mode_t mode = 0666);

/// Waits until the disk has the content of a file, whose name `shown` is. Errors as sync_files().
void sync_file(const Fd& file, const std::string& shown);

/// Waits until the disk has the content of these files, whose names it may have before. Writes them
/// together, so that many cost little more than one.
///
/// Throws: Errc::not_found, Errc::io. Where a file system cannot sync, nothing is waited for.
/// Source: fdatasync(2), sync_file_range(2).
void sync_files(const std::vector<std::string>& paths);

/// As save_file(), and the disk has it.
void save_file_durably(const std::string& path, std::string_view text, mode_t mode = 0666);

}  // namespace latchkey::platform
