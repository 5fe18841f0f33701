#pragma once

#include <cstdint>

#include "latchkey/base/permit.hpp"
#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

enum class RangeMode { shared, exclusive };

// Open file description locks on single bytes: owned by the description, released at its last
// close, inherited over fork and exec. Source: fcntl(2), "Open file description locks".
//
// Every function throws Errc::io. Every function but unlock_byte() throws Errc::unsupported if the
// kernel, the sandbox or the file system has no such locks (EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP).

/// Takes a byte at once. False: another description holds it in a way that excludes this.
bool try_lock_byte(const Fd& file, std::uint64_t offset, RangeMode mode);

/// Waits for a byte in the kernel (F_OFD_SETLKW). False: a signal interrupted the wait. The caller
/// then checks its permit and calls again.
///
/// Throws: also the cancellation, before it waits.
bool wait_lock_byte(const OnWaitThread& on, const Fd& file, std::uint64_t offset, RangeMode mode);

/// Whether another description holds a byte, in any way. Takes nothing.
bool is_byte_held(const Fd& file, std::uint64_t offset);

/// Takes every byte there could be, exclusively, at once. False: somebody holds one.
bool try_lock_every_byte(const Fd& file);

/// Releases a byte. If there are no such locks here, there is nothing to release.
void unlock_byte(const Fd& file, std::uint64_t offset);

}  // namespace latchkey::platform
