#include "latchkey/platform/stream.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <thread>

#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/standard_streams.hpp"

using namespace latchkey;
using namespace latchkey::platform;

namespace {

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
        reading = Fd(ends[0]);
        writing = Fd(ends[1]);
    }
    Fd reading, writing;
};

}  // namespace

TEST_CASE("all of a text is written, though the pipe takes it in parts", "[platform]") {
    Pipe pipe;
    const std::string text(1 << 20, 'x');
    std::string came;
    {
        const std::jthread reader([&] {
            std::array<char, 4096> part{};
            for (ssize_t size = 1; size > 0;) {
                size = ::read(pipe.reading.number(), part.data(), part.size());
                if (size > 0) came.append(part.data(), static_cast<std::size_t>(size));
            }
        });
        CHECK(write_stream(pipe.writing.number(), text) == 0);
        pipe.writing.close();
    }
    CHECK(came == text);
}

TEST_CASE("a pipe that nobody reads is an error with a number, and ends no process", "[platform]") {
    Pipe pipe;
    struct sigaction before {};
    REQUIRE(::sigaction(SIGPIPE, nullptr, &before) == 0);
    ignore_broken_pipe();
    pipe.reading.close();
    CHECK(write_stream(pipe.writing.number(), "x") == EPIPE);
    ::sigaction(SIGPIPE, &before, nullptr);
    CHECK(write_stream(-1, "x") == EBADF);
    CHECK(write_stream(pipe.writing.number(), "") == 0);
}
