#include "latchkey/store/home.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using store::Home;
using store::Place;

TEST_CASE("a place is named by where it lies, and known by that name", "[home]") {
    const Place home{"stable", 0};
    CHECK(home.is_home());
    CHECK(home.name() == "home/stable");
    CHECK(Place::parse("home/stable") == home);
    const Place away{"stable", 17};
    CHECK_FALSE(away.is_home());
    CHECK(away.name() == "away/17/stable");
    CHECK(Place::parse("away/17/stable") == away);
}

TEST_CASE("a name that no place has is none", "[home]") {
    for (const char* name : {"", "home", "home/", "away/", "away/17", "away/17/", "away//t",
                             "away/0/t", "away/-1/t", "away/017/t", "away/x/t", "away/17/t/u",
                             "home/t/u", "Home/t", "t", "/home/t", "away/18446744073709551616/t"}) {
        CAPTURE(name);
        CHECK_FALSE(Place::parse(name));
    }
}

TEST_CASE("every path of a home lies where the design has it", "[home]") {
    const Home home("/r");
    CHECK(home.toolchain("t") == "/r/toolchains/t");
    CHECK(home.update_hash("t") == "/r/update-hashes/t");
    CHECK(home.lock_file().path() == "/r/latchkey/locks");
    CHECK(home.state("t") == "/r/latchkey/toolchains/t/state");
    CHECK(home.history("t") == "/r/latchkey/toolchains/t/history");
    CHECK(home.tree_index("x") == "/r/latchkey/trees/x.json.gz");
    CHECK(home.arrived("x") == "/r/latchkey/arrived/x");
    CHECK(home.directory({"t", 0}) == home.toolchain("t"));
    CHECK(home.directory({"t", 17}) == "/r/latchkey/away/17/t");
    CHECK(home.staging(lock::Key::unpack("x")) == "/r/latchkey/staging/unpack.x");
    CHECK(home.staging(lock::Key::directory("away/17/t")) ==
          "/r/latchkey/staging/directory.away%2F17%2Ft");
}
