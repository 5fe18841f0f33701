#pragma once

#include <string>

#include "latchkey/base/permit.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// Gives a toolchain's name back to a directory such as rustup makes: the current generation's
/// files, linked from the store, behind no symlink. Whoever runs on the generation goes on there.
///
/// Returns: false where the name stands for no generation.
/// Throws:  Errc::io. The name stands for the generation then.
/// Locks:   `toolchain`, exclusive.
bool restore_directory(const OnWorker& on, const Home& home, const std::string& toolchain,
                       const lock::LockSet& toolchain_lock);

/// Does a name stand for a generation?
bool any_generation(const Home& home);

/// Deletes `latchkey/` with all that is in it. False, and nothing deleted: somebody works with it,
/// or a name stands for a generation. Nothing keeps processes away that begin meanwhile.
///
/// Requires: this process holds no range.
/// Locks:    takes `toolchain`, `generation`, `use`, `pin` and `unpack` of whatever is there,
///           only by trying.
bool remove_latchkey(const OnWorker& on, const Home& home);

}  // namespace latchkey::store
