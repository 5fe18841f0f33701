#pragma once

#include <cstdint>
#include <string>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

/// The next read or write begins here; it may be behind the end. Units: bytes from the beginning.
void seek_to(const Fd& file, std::uint64_t offset, const std::string& shown);

}  // namespace latchkey::platform
