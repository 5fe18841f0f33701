#pragma once

#include <optional>
#include <string>

#include "latchkey/lock/lock_set.hpp"
#include "latchkey/store/home.hpp"

namespace latchkey::store {

// Not inline: the files of one program may be compiled with either.
#ifndef LATCHKEY_GREEDY
constexpr bool kUsersCount = true;
#else
// For a program that tests compare with: they must notice what goes wrong when nobody is spared.
constexpr bool kUsersCount = false;
#endif

/// Is a process that holds no range at work in this directory: by its program, a mapped file or its
/// working directory? A courtesy to rustup's own proxies, and to what is run by path. Processes
/// that may not be looked into are not seen.
bool is_used_without_ranges(const Home& home, const std::string& directory);

/// The range of a place that nobody uses, by a range or without one. Empty: somebody does.
std::optional<lock::LockSet> find_unused(const Home& home, const Place& place);

}  // namespace latchkey::store
