#include "latchkey/platform/broken_pipe.hpp"

#include <signal.h>

namespace latchkey::platform {

void ignore_broken_pipe() noexcept {
    ::signal(SIGPIPE, SIG_IGN);
}

void restore_broken_pipe() noexcept {
    ::signal(SIGPIPE, SIG_DFL);
}

}  // namespace latchkey::platform
