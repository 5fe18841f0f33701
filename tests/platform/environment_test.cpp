#include "latchkey/platform/environment.hpp"

#include <stdlib.h>

#include <catch2/catch.hpp>

using latchkey::platform::Environment;

TEST_CASE("a variable that is set to nothing is there, and counts as none", "[platform]") {
    Environment environment({{"A", "x"}, {"EMPTY", ""}});
    CHECK(environment.find("A") == "x");
    CHECK(environment.find("EMPTY") == std::nullopt);
    CHECK(environment.contains("EMPTY"));
    CHECK(environment.find("NOTHING") == std::nullopt);
    CHECK_FALSE(environment.contains("NOTHING"));
    environment.set("A", "y");
    environment.unset("EMPTY");
    environment.unset("NOTHING");
    CHECK(environment.entries() == std::vector<std::string>{"A=y"});
}

TEST_CASE("a program is looked for in each folder of PATH, in order", "[platform]") {
    const auto in = [](const std::string& path) {
        return Environment({{"PATH", path}}).paths_of("cc");
    };
    CHECK(in("/a:/b/c") == std::vector<std::string>{"/a/cc", "/b/c/cc"});
    // An empty folder is the working directory: execvp(3).
    for (const char* path : {"/a:", ":/a", "/a::/b"}) {
        const auto paths = in(path);
        CHECK(std::count_if(paths.begin(), paths.end(), [](const std::string& each) {
                  return each == "cc" || each == "./cc";
              }) == 1);
    }
}

TEST_CASE("this process's environment is read as it is now", "[platform]") {
    REQUIRE(::setenv("LATCHKEY_TEST_VARIABLE", "a=b", 1) == 0);
    CHECK(latchkey::platform::load_environment().find("LATCHKEY_TEST_VARIABLE") == "a=b");
    ::unsetenv("LATCHKEY_TEST_VARIABLE");
    CHECK_FALSE(latchkey::platform::load_environment().contains("LATCHKEY_TEST_VARIABLE"));
}
