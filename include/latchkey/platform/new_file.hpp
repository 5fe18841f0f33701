#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// A file that has no name yet, open for reading and writing: whoever is killed leaves nothing of
/// it. Empty where the file system has no such files.
///
/// Throws: Errc::not_found, Errc::io; the message names the directory.
/// Source: open(2), O_TMPFILE.
std::optional<Fd> make_nameless_file(const std::string& directory, mode_t mode);

/// Writes a file that nobody has made yet, in one step for readers. False where somebody has: that
/// file stays. Mode 0666 less umask. Parent directories must be there.
bool save_new_file(const std::string& path, std::string_view text, mode_t mode = 0666);

}  // namespace latchkey::platform
