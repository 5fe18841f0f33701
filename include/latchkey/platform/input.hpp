#pragma once

#include <cstddef>
#include <span>

#include "latchkey/base/permit.hpp"

namespace latchkey::platform {

/// Waits for bytes on a descriptor that belongs to somebody else: standard input. 0: its end.
///
/// Throws: Errc::io; the cancellation, which ends the wait.
std::size_t read_input(const OnWorker& on, int descriptor, std::span<std::byte> bytes);

}  // namespace latchkey::platform
