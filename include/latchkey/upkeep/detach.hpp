#pragma once

#include <string>
#include <vector>

#include "latchkey/upkeep/verify.hpp"

namespace latchkey::upkeep {

/// What became of one file.
struct Detached {
    std::string toolchain;
    std::string path;      ///< In the toolchain's directory.
    bool changed = false;  ///< False: it had a copy of its own already.
    /// The toolchains that had the same file and keep it, edited if it was edited already. Sorted.
    std::vector<std::string> sharers = {};
};

/// Gives a file of an installed toolchain an inode of its own: to edit it in place edits no other
/// toolchain from then on.
///
/// `path` is absolute. Whoever has the file open goes on with the old one.
///
/// Throws: Errc::not_found; Errc::usage if the file is in no installed toolchain; Errc::unsupported
///         for what is not a regular file; Errc::no_room, Errc::io.
/// Locks:  takes `toolchain`. Killed anywhere, the file is as it was or detached.
task::awaitable<Detached> detach(Means& means, std::string path);

}  // namespace latchkey::upkeep
