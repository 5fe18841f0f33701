#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

/// The text of `latchkey/keys/<number>.asc`. Empty: there is no such file.
///
/// Throws: Errc::io.
std::optional<std::string> find_trusted_key(const Home& home, unsigned number);

/// Replaces that file by a rename, or makes it. Those who may read the home may read it.
///
/// Requires: `settings` is Key::settings(), exclusive.
/// Throws:   Errc::io, Errc::no_room.
void save_trusted_key(const Home& home, unsigned number, std::string_view text,
                      const lock::LockSet& settings);

/// Deletes that file, if it is there.
///
/// Requires: as save_trusted_key().
void remove_trusted_key(const Home& home, unsigned number, const lock::LockSet& settings);

}  // namespace latchkey::store
