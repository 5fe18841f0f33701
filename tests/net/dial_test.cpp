#include "dial.hpp"

#include <catch2/catch.hpp>

#include "net/fixture.hpp"

using namespace latchkey;
using net::Addresses;
using net::Clock;
using net::Dialled;
using test::Fixture;
using test::run_boxed;

namespace {

Clock::time_point in_a_while() {
    return Clock::now() + std::chrono::seconds(20);
}

/// A port of this machine on which nobody listens.
std::uint16_t free_port(task::Loop& loop) {
    const boost::asio::ip::tcp::endpoint anywhere(boost::asio::ip::address_v4::loopback(), 0);
    boost::asio::ip::tcp::acceptor acceptor(loop.context(), anywhere);
    return acceptor.local_endpoint().port();
}

}  // namespace

TEST_CASE("an address is its own, with the port that was asked for", "[net][dial]") {
    Fixture f;
    for (const std::string host : {"192.0.2.7", "2001:db8::7"}) {
        const Addresses found = run_boxed(f.loop, net::find_addresses(host, 8080, in_a_while()));
        REQUIRE_FALSE(found.trouble());
        REQUIRE(found.endpoints().size() == 1);
        CHECK(found.endpoints()[0].address().to_string() == host);
        CHECK(found.endpoints()[0].port() == 8080);
    }
}

TEST_CASE("a name without an address is told by its name", "[net][dial]") {
    Fixture f;
    const Addresses found =
        run_boxed(f.loop, net::find_addresses("no-name.invalid", 80, in_a_while()));
    REQUIRE(found.trouble());
    CHECK(found.trouble()->cut() == net::Cut::unreached);
    CHECK(found.trouble()->text().starts_with("cannot find the address of 'no-name.invalid': "));
    CHECK(found.endpoints().empty());
}

TEST_CASE("a name of this machine is connected to by whichever address answers", "[net][dial]") {
    Fixture f;
    Dialled dialled = run_boxed(f.loop, net::dial("localhost", f.server.port(), in_a_while()));
    REQUIRE_FALSE(dialled.trouble());
    CHECK(dialled.take().remote_endpoint().port() == f.server.port());
}

TEST_CASE("a port on which nobody listens is told with its place", "[net][dial]") {
    Fixture f;
    const std::uint16_t port = free_port(f.loop);
    const Dialled dialled = run_boxed(f.loop, net::dial("127.0.0.1", port, in_a_while()));
    REQUIRE(dialled.trouble());
    CHECK(dialled.trouble()->cut() == net::Cut::unreached);
    CHECK(dialled.trouble()->text() ==
          "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST_CASE("a deadline that has passed ends the attempt, with an address in brackets",
          "[net][dial]") {
    Fixture f;
    const Dialled dialled = run_boxed(f.loop, net::dial("::1", 9, Clock::now()));
    REQUIRE(dialled.trouble());
    CHECK(dialled.trouble()->text() == "connecting to [::1]:9 timed out");
}
