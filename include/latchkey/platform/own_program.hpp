#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace latchkey::platform {

/// Whether this file is one of our programs: the running one, a proxy or the full program, copied
/// or linked. A tool that PATH finds may be a proxy, which must not be started as that tool.
bool is_own_program(const std::string& path);

/// How much of a file is_own_head() needs. Units: bytes.
inline constexpr std::size_t kHeadBytes = 4096;

/// Whether the beginning of a file is that of one of our programs.
bool is_own_head(std::string_view head);

}  // namespace latchkey::platform
