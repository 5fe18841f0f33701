#include "latchkey/platform/stream.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace latchkey::platform {

int write_stream(int descriptor, std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            // Whoever shares the stream made it non-blocking.
            struct pollfd waiting = {descriptor, POLLOUT, 0};
            (void)::poll(&waiting, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

unsigned terminal_rows(int descriptor) noexcept {
    struct winsize size {};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_row;
}

}  // namespace latchkey::platform
