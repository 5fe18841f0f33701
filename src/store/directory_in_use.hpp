#pragma once

#include <string>

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

}  // namespace latchkey::store
