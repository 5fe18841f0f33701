#include "latchkey/screen/output.hpp"

#include <fcntl.h>
#include <catch2/catch.hpp>
#include <csignal>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "support/pipe.hpp"

using namespace latchkey;
using namespace latchkey::screen;
using test::make_pipe;
using test::Pipe;
using test::text_in;

TEST_CASE("each stream gets its text at once", "[screen]") {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    Output output(out.writer.number(), err.writer.number());
    output.out("a");
    output.err("b");
    output.draw("c");
    CHECK(text_in(out) == "ac");
    CHECK(text_in(err) == "b");
}

TEST_CASE("a reader who went away is an error with rustup's text", "[screen]") {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe out = make_pipe();
    out.reader.close();
    Output output(out.writer.number(), out.writer.number());
    output.err("nobody reads this");
    output.draw("nor this");
    CHECK_THROWS_WITH(output.out("a"), "Broken pipe (os error 32)");
}

TEST_CASE("a command that lists ends without a failure", "[screen]") {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe out = make_pipe();
    out.reader.close();
    Output output(out.writer.number(), out.writer.number());
    output.tolerate_broken_pipe();
    CHECK_FALSE(output.is_abandoned());
    CHECK_THROWS_WITH(output.out("a"), "Broken pipe (os error 32)");
    CHECK(output.is_abandoned());
}

TEST_CASE("a full disk is an error also there", "[screen]") {
    const platform::Fd full = platform::open_file("/dev/full", O_WRONLY);
    Output output(full.number(), full.number());
    output.tolerate_broken_pipe();
    CHECK_THROWS_WITH(output.out("a"), "No space left on device (os error 28)");
    CHECK_FALSE(output.is_abandoned());
}
