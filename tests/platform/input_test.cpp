#include "latchkey/platform/input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <stop_token>
#include <thread>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/fd.hpp"

using namespace latchkey;
using platform::Fd;
using platform::read_input;

namespace {

std::pair<Fd, Fd> make_pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace

TEST_CASE("what was typed is read as far as there is room, and 0 is the end", "[platform]") {
    auto [reading, writing] = make_pipe();
    REQUIRE(::write(writing.number(), "abc", 3) == 3);
    writing.close();
    std::array<std::byte, 2> bytes{};
    CHECK(read_input(PermitMint::worker(), reading.number(), bytes) == 2);
    CHECK(bytes[1] == std::byte{'b'});
    CHECK(read_input(PermitMint::worker(), reading.number(), bytes) == 1);
    CHECK(bytes[0] == std::byte{'c'});
    CHECK(read_input(PermitMint::worker(), reading.number(), bytes) == 0);
}

TEST_CASE("a wait for what nobody types ends with the task that wants it", "[platform]") {
    auto [reading, writing] = make_pipe();
    std::stop_source source;
    const OnWorker on = PermitMint::worker(source.get_token());
    const std::jthread canceller([&source] { source.request_stop(); });
    std::array<std::byte, 1> bytes{};
    CHECK_THROWS(read_input(on, reading.number(), bytes));
    CHECK(on.stopped());
}
