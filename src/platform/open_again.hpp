#pragma once

#include <sys/types.h>

namespace latchkey::platform {

/// openat(2) with O_CLOEXEC, again where a signal ended it; -1 with errno.
int open_again(int directory, const char* name, int flags, mode_t mode = 0666);

}  // namespace latchkey::platform
