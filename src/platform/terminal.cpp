#include "latchkey/platform/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

namespace latchkey::platform {

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

unsigned terminal_columns(int descriptor) {
    struct winsize size {};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

}  // namespace latchkey::platform
