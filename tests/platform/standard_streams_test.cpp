#include "latchkey/platform/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "latchkey/platform/fd.hpp"
#include "support/pipe.hpp"

using namespace latchkey;
using namespace latchkey::platform;

TEST_CASE("a descriptor is inherited if it outlives an exec", "[platform]") {
    test::Pipe pipe = test::make_pipe();
    const int own = pipe.writer.number();
    CHECK_FALSE(is_inherited(own));
    REQUIRE(::fcntl(own, F_SETFD, 0) == 0);
    CHECK(is_inherited(own));
    pipe.writer.close();
    CHECK_FALSE(is_inherited(own));
    CHECK_FALSE(is_inherited(-1));
    CHECK_FALSE(is_inherited(1 << 20));
}

TEST_CASE("a pipe without a reader is an error, and no end", "[platform]") {
    ignore_broken_pipe();
    test::Pipe pipe = test::make_pipe();
    pipe.reader.close();
    CHECK(::write(pipe.writer.number(), "x", 1) == -1);
    CHECK(errno == EPIPE);
}
