#pragma once

#include <cstdint>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

enum class RangeMode { shared, exclusive };

/// Open file description locks on single bytes: owned by the description, released at its last
/// close, inherited over fork and exec. Source: fcntl(2), "Open file description locks".

///
/// Every function that takes a byte throws Errc::unsupported where the kernel, the sandbox or the
/// file system has no such locks (EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP).

/// Takes the byte at once. False where somebody holds it in the way.
bool try_lock_byte(const Fd& file, std::uint64_t offset, RangeMode mode);

/// Waits in the kernel (F_OFD_SETLKW). Returns false when a signal interrupted it; the caller looks
/// at its permit and comes again.
bool wait_lock_byte(const OnWaitThread& on, const Fd& file, std::uint64_t offset, RangeMode mode);

/// Gives the byte back. Where there are no such locks, there is nothing to give back.
/// Takes every byte there could be, exclusively, at once. False where somebody holds one.
bool try_lock_every_byte(const Fd& file);

void unlock_byte(const Fd& file, std::uint64_t offset);

}  // namespace latchkey::platform
