#include "latchkey/platform/input.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "latchkey/platform/fd.hpp"

namespace latchkey::platform {

std::size_t read_input(const OnWorker& on, int descriptor, std::span<std::byte> bytes) {
    const Fd waker(::eventfd(0, EFD_CLOEXEC));
    if (!waker.open()) throw os_error(errno, "make an event descriptor");
    const std::stop_callback stop(on.token(), [&waker] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(waker.number(), &one, sizeof one);
    });
    for (;;) {
        std::array<pollfd, 2> polled = {{{descriptor, POLLIN, 0}, {waker.number(), POLLIN, 0}}};
        const int ready = ::poll(polled.data(), polled.size(), -1);
        on.check();
        if (ready < 0 && errno == EINTR) continue;
        const ssize_t count = ::read(descriptor, bytes.data(), bytes.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN) throw os_error(errno, "read standard input");
    }
}

}  // namespace latchkey::platform
