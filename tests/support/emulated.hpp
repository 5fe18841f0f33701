#pragma once

namespace latchkey::test {

/// Whether another processor than ours is imitated by qemu: then a process has qemu's command line,
/// filters of seccomp(2) are not to be had, and root is so in a namespace only.
#ifdef LATCHKEY_EMULATED
inline constexpr bool kEmulated = true;
#else
inline constexpr bool kEmulated = false;
#endif

}  // namespace latchkey::test
