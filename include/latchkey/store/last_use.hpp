#pragma once

#include <cstdint>
#include <string>

#include "latchkey/platform/file_status.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

// When a toolchain was last used is the time of last modification of its state: a commit sets it by
// replacing the file, and a tool that starts sets it once a day. Without a state, it is that of the
// directory at home.

/// Notes that a tool of this toolchain starts now. The first of a UTC day costs one system call,
/// the others none.
///
/// Never fails and makes no file. Does nothing for a user to whom the modes say that he may not
/// change the home, so root leaves nothing in a user's home.
///
/// Requires: `current` is from find_current(), and installed().
void record_use(const Home& home, const std::string& toolchain, const Current& current);

/// As record_use(), for the directory that a state describes.
void record_use(const Home& home, const std::string& toolchain, const State& state);

/// When an installed toolchain was last used, or later. A copy whose times tell nothing counts from
/// its arrival: the state knows the inode of its directory, and nobody can set the time at which a
/// directory's own inode was changed last. No time is before the last commit. Directories that no
/// state describes count at least from when this home got its lock file, as nobody noted uses
/// before.
///
/// Units:    seconds since 1970. May be in the future.
/// Requires: `current` is installed().
/// Throws:   Errc::io.
std::int64_t find_last_use(const Home& home, const Current& current);

}  // namespace latchkey::store
