#include "latchkey/screen/output.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <csignal>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"

using namespace latchkey;
using namespace latchkey::screen;

namespace {

struct Pipe {
    platform::Fd reader;
    platform::Fd writer;
};

Pipe make_pipe() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    return {platform::Fd(ends[0]), platform::Fd(ends[1])};
}

std::string text_in(Pipe& pipe) {
    pipe.writer.close();
    std::string text(4096, '\0');
    const ssize_t count = ::read(pipe.reader.number(), text.data(), text.size());
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
}

}  // namespace

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
