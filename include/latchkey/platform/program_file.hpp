#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::platform {

/// A path that leads to the running program's file, even if its name was removed or given to
/// another file. Without /proc: the name by which it was started.
///
/// Source: proc(5), /proc/pid/exe; getauxval(3), AT_EXECFN.
std::string own_program();

/// The running program's real path: what /proc/self/exe names or, without /proc, the canonical path
/// by which it was started.
///
/// Throws: Errc::io.
std::string load_own_path();

/// The status of what own_program() leads to. Empty: nothing is there any more.
std::optional<FileStatus> find_own_status();

/// Makes an executable file, mode 0755 whatever the umask, with owner and group of its folder. If
/// the file system has files without a name, it gets its name only when it is whole and the disk
/// has it.
///
/// Throws: Errc::io if something has that name.
void save_program(const std::string& path, std::string_view bytes);

/// Makes a program without a name in the file system of `directory`. It goes with its last
/// descriptor. Start it by execution_path().
///
/// Throws: Errc::not_found, Errc::io; the message names the directory.
Fd make_nameless_program(const std::string& directory, std::string_view bytes);

/// The path by which this process, and the children that it starts, reach an open file.
std::string execution_path(const Fd& file);

}  // namespace latchkey::platform
