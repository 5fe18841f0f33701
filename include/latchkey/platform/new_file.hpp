#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace latchkey::platform {

/// Writes a file that nobody has made yet, in one step for readers. False where somebody has: that
/// file stays. Mode 0666 less umask. Parent directories must be there.
bool save_new_file(const std::string& path, std::string_view text, mode_t mode = 0666);

}  // namespace latchkey::platform
