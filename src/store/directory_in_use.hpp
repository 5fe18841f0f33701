#pragma once

#include <optional>
#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

// constexpr and not inline: files of one program may be compiled with and without the macro.
#ifndef LATCHKEY_GREEDY
constexpr bool kUsersCount = true;
#else
// For a program that ignores users, which tests must catch doing so.
constexpr bool kUsersCount = false;
#endif

/// Whether a process without ranges uses this directory: its program, a mapped file or its working
/// directory lies in it. Such are tools that rustup's own proxies start, and tools that are run by
/// path. Misses processes that this user may not inspect.
bool is_used_without_ranges(const Home& home, const std::string& directory);

/// Takes `directory` of a place, exclusively, if nobody uses the place, with a range or without.
/// Empty: somebody does.
std::optional<lock::LockSet> find_unused(const Home& home, const Place& place);

}  // namespace latchkey::store
