#pragma once

#include <string>
#include <string_view>

namespace latchkey::platform {

/// Adds text at the end of a file in one write, following symlinks. A missing file is made, mode
/// 0666 less umask; its directory must be there.
void append_file(const std::string& path, std::string_view text);

}  // namespace latchkey::platform
