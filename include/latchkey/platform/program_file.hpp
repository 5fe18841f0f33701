#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// A path of the running program's file, also when its name was given to another or taken away;
/// where no /proc is mounted, the name by which it was started. Source: proc(5), /proc/pid/exe;
/// getauxval(3), AT_EXECFN.
std::string own_program();

/// The path of the running program.
std::string load_own_path();

/// What own_program() leads to. Empty: nothing is there any more.
std::optional<FileStatus> find_own_status();

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
