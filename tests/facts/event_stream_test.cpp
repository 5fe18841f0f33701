#include "latchkey/facts/event_stream.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "support/pipe.hpp"

using namespace latchkey;
using namespace latchkey::facts;

namespace {

boost::json::object numbered(int number) {
    return {{"event", "download"}, {"bytes", number}};
}

}  // namespace

TEST_CASE("an event is a line", "[facts]") {
    test::Pipe pipe = test::make_pipe();
    EventStream stream(pipe.writer.number());
    stream.send(numbered(1));
    stream.send(numbered(2));
    CHECK(test::text_in(pipe) ==
          "{\"event\":\"download\",\"bytes\":1}\n{\"event\":\"download\",\"bytes\":2}\n");
}

TEST_CASE("a full pipe holds nothing up, and the next event tells how much is missing", "[facts]") {
    test::Pipe pipe = test::make_pipe();
    REQUIRE(::fcntl(pipe.writer.number(), F_SETPIPE_SZ, 4096) == 4096);
    EventStream stream(pipe.writer.number());
    constexpr int kMany = 500;
    for (int number = 0; number < kMany; ++number) stream.send(numbered(number));
    std::string text(65536, '\0');
    const ssize_t count = ::read(pipe.reader.number(), text.data(), text.size());
    REQUIRE(count > 0);
    text.resize(static_cast<std::size_t>(count));
    CHECK(text.ends_with("}\n"));  // No half line.
    const auto lines = std::count(text.begin(), text.end(), '\n');
    stream.send_last({{"event", "done"}});
    CHECK(test::text_in(pipe) ==
          "{\"event\":\"done\",\"dropped\":" + std::to_string(kMany - lines) + "}\n");
}

TEST_CASE("the last event waits for room, and nothing comes after it", "[facts]") {
    test::Pipe pipe = test::make_pipe();
    EventStream stream(pipe.writer.number());
    stream.send_last({{"event", "done"}});
    stream.send(numbered(1));
    CHECK(test::text_in(pipe) == "{\"event\":\"done\"}\n");
}

TEST_CASE("a reader who went away and a descriptor that never was are no failure", "[facts]") {
    std::signal(SIGPIPE, SIG_IGN);
    test::Pipe pipe = test::make_pipe();
    pipe.reader.close();
    EventStream stream(pipe.writer.number());
    stream.send(numbered(1));
    stream.send_last(numbered(2));
    EventStream nowhere(9999);
    nowhere.send(numbered(1));
    nowhere.send_last(numbered(2));
}

TEST_CASE("a line that no pipe takes whole is left out", "[facts]") {
    test::Pipe pipe = test::make_pipe();
    EventStream stream(pipe.writer.number());
    stream.send({{"text", std::string(5000, 'x')}});
    stream.send({{"event", "done"}});
    CHECK(test::text_in(pipe) == "{\"event\":\"done\",\"dropped\":1}\n");
}
