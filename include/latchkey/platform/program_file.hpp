#pragma once

#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// The running program's file, also when its name was given to another or taken away.
/// Source: proc(5), /proc/pid/exe.
inline constexpr const char* kOwnProgram = "/proc/self/exe";

/// A new file that may be executed, mode 0755 whatever the umask, with owner and group of its
/// folder. It gets its name when it is whole and the disk has it, where the file system has files
/// without a name.
///
/// Throws: Errc::io if something has that name.
void save_program(const std::string& path, std::string_view bytes);

/// A program without a name, in the file system of `directory`; it is gone with its last
/// descriptor. execution_path() starts it.
///
/// Throws: Errc::not_found, Errc::io; the message names the directory.
Fd make_nameless_program(const std::string& directory, std::string_view bytes);

/// The path by which this process, and the children that it starts, reach an open file.
std::string execution_path(const Fd& file);

}  // namespace latchkey::platform
