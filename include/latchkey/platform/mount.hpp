#pragma once

#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// The line of /proc/self/mountinfo for the mount through which a file was opened. Empty: unknown.
///
/// Source: proc(5).
std::string find_mount_line(const Fd& file);

/// The kind of the file system that holds `path`: "ext4", "overlay", or "unknown".
std::string find_file_system_kind(const std::string& path);

}  // namespace latchkey::platform
