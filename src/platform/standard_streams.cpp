#include "latchkey/platform/standard_streams.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace latchkey::platform {

void fill_standard_streams() noexcept {
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
        // The lowest free number is the one that is looked at: those below are open by now.
        if (::fcntl(number, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);
    }
}

bool is_inherited(int descriptor) noexcept {
    const int flags = ::fcntl(descriptor, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

void ignore_broken_pipe() noexcept {
    ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace latchkey::platform
