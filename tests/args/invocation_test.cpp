#include "latchkey/args/invocation.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;
using namespace latchkey::args;

TEST_CASE("what was given is found by its key", "[args]") {
    Invocation invocation;
    invocation.command_path = {"toolchain", "install"};
    invocation.set("force", {});
    invocation.set("profile", {"minimal"});
    invocation.set("component", {"clippy", "miri"});
    CHECK(invocation.command() == "toolchain install");
    CHECK(invocation.flag("force"));
    CHECK_FALSE(invocation.flag("quiet"));
    CHECK(invocation.value("profile") == "minimal");
    CHECK(invocation.value("force") == std::nullopt);
    CHECK(invocation.value("nothing") == std::nullopt);
    CHECK(invocation.values("component") == std::vector<std::string>{"clippy", "miri"});
    CHECK(invocation.values("nothing").empty());
    CHECK(Invocation().command().empty());
}

TEST_CASE("what is set again is the later one", "[args]") {
    Invocation invocation;
    invocation.set("profile", {"minimal"});
    invocation.set("profile", {"complete"});
    CHECK(invocation.value("profile") == "complete");
}

TEST_CASE("to ask for something required that is not there is our own mistake", "[args]") {
    Invocation invocation;
    invocation.set("TOOLCHAIN", {"stable"});
    CHECK(invocation.required("TOOLCHAIN") == "stable");
    try {
        static_cast<void>(invocation.required("PATH"));
        FAIL("it was found");
    } catch (const Error& e) {
        CHECK(e.code() == Errc::bug);
        CHECK_THAT(e.what(), Catch::Contains("PATH"));
    }
}
