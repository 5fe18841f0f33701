#include "latchkey/proxy/tool_environment.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

namespace {

/// The environment of a tool of stable's generation 7 in the home /r.
struct Case {
    resolve::Place place;
    resolve::Name toolchain = *dist::ToolchainName::parse("stable-x86_64-unknown-linux-gnu");
    platform::Environment environment;
    proxy::Pinned pinned;
    std::string generations = "/r/latchkey/generations/stable-x86_64-unknown-linux-gnu/";

    Case() {
        place.variables.rustup_home = "/r";
        place.variables.cargo_home = "/c";
        pinned.directory = generations + "7";
        pinned.session = proxy::Session{"t", 7, 1};
    }

    std::string libraries(const std::string& before) {
        environment.set("LD_LIBRARY_PATH", before);
        return *proxy::tool_environment(place, toolchain, std::nullopt, pinned, environment)
                    .find("LD_LIBRARY_PATH");
    }
};

}  // namespace

TEST_CASE("libraries of the generation come first, once", "[proxy]") {
    Case test;
    const std::string own = test.generations + "7/lib";
    CHECK(test.libraries("") == own);
    CHECK(test.libraries("/a:/b") == own + ":/a:/b");
    CHECK(test.libraries("/a:" + own) == "/a:" + own);
    CHECK(test.libraries("/r/latchkey/generations/other/6/lib") ==
          own + ":/r/latchkey/generations/other/6/lib");
}

TEST_CASE("libraries of another generation of the same toolchain are replaced", "[proxy]") {
    Case test;
    const std::string own = test.generations + "7/lib";
    CHECK(test.libraries(test.generations + "6/lib") == own);
    CHECK(test.libraries("/a:" + test.generations + "6/lib:/b:" + test.generations + "5/lib") ==
          "/a:" + own + ":/b");
    CHECK(test.libraries(test.generations + "6/lib:" + own + ":/a") == own + ":/a");
    // The name moves.
    CHECK(test.libraries("/r/toolchains/stable-x86_64-unknown-linux-gnu/lib") == own);
    CHECK(test.libraries(test.generations + "x/lib") == own + ":" + test.generations + "x/lib");
}

TEST_CASE("rustup run leaves the source as it is, a proxy says its own", "[proxy]") {
    Case test;
    test.environment.set("RUSTUP_TOOLCHAIN_SOURCE", "env");
    const auto source = [&](std::optional<resolve::Source> source_of_toolchain) {
        return proxy::tool_environment(test.place, test.toolchain, source_of_toolchain, test.pinned,
                                       test.environment)
            .find("RUSTUP_TOOLCHAIN_SOURCE");
    };
    CHECK(source(std::nullopt) == "env");
    CHECK(source(resolve::Source::toolchain_file) == "toolchain-file");
}

TEST_CASE("a home whose path holds a colon is left out of the search paths", "[proxy]") {
    Case test;
    test.pinned.directory = "/r:r/toolchains/x";
    CHECK(test.libraries("/a") == "/a");
    test.place.variables.cargo_home = "/c:c";
    test.environment.set("PATH", "/bin");
    CHECK(proxy::tool_environment(test.place, test.toolchain, std::nullopt, test.pinned,
                                  test.environment)
              .find("PATH") == "/bin");
}
