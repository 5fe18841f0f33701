#include "latchkey/platform/terminal.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/stream.hpp"

using namespace latchkey::platform;

TEST_CASE("a terminal is one, and says how large it is", "[platform]") {
    const Fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    REQUIRE(master.open());
    REQUIRE(::grantpt(master.number()) == 0);
    REQUIRE(::unlockpt(master.number()) == 0);
    const Fd terminal = open_file(::ptsname(master.number()), O_RDWR | O_NOCTTY);
    const winsize size{.ws_row = 33, .ws_col = 77, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(::ioctl(terminal.number(), TIOCSWINSZ, &size) == 0);
    CHECK(is_terminal(terminal.number()));
    CHECK(terminal_columns(terminal.number()) == 77);
    CHECK(terminal_rows(terminal.number()) == 33);
}

TEST_CASE("what is no terminal has no size", "[platform]") {
    const Fd file = open_file("/dev/null", O_RDWR);
    for (const int descriptor : {file.number(), -1}) {
        CHECK_FALSE(is_terminal(descriptor));
        CHECK(terminal_columns(descriptor) == 0);
        CHECK(terminal_rows(descriptor) == 0);
    }
}
