#pragma once

#include <cstdint>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// Moves the position of the next read or write. It may be past the end of the file.
///
/// Units: `offset` in bytes from the beginning.
void seek_to(const Fd& file, std::uint64_t offset, const std::string& shown);

}  // namespace latchkey::platform
