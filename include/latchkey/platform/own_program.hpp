#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::platform {

/// Is this file a program of ours: the running one, a proxy or the full program, copied or linked?
/// What PATH has under a tool's name may be a proxy, and leads nowhere then.
bool is_own_program(const std::string& path);

/// As much of a file as is_own_head() wants to see.
inline constexpr std::size_t kHeadBytes = 4096;

/// The same of a file's beginning.
bool is_own_head(std::string_view head);

}  // namespace latchkey::platform
