#include "latchkey/init/default_linker.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::init;
using latchkey::test::TempDir;

namespace {

constexpr const char* kHost = "x86_64-unknown-linux-gnu";

std::string linker(const std::map<std::string, std::string>& variables,
                   const std::optional<std::string>& host = kHost) {
    return default_linker(platform::Environment(variables), host);
}

}  // namespace

TEST_CASE("the default linker is the C compiler that the environment names", "[init]") {
    CHECK(linker({}) == "cc");
    CHECK(linker({{"CC", " gcc "}}) == "gcc");
    CHECK(linker({{"CC", "a"}, {"HOST_CC", "b"}}) == "b");
    CHECK(linker({{"HOST_CC", "b"}, {"CC_x86_64_unknown_linux_gnu", "c"}}) == "c");
    CHECK(linker({{"CC_x86_64_unknown_linux_gnu", "c"}, {"CC_x86_64-unknown-linux-gnu", "d"}}) ==
          "d");
}

TEST_CASE("a variable that is set and blank ends the search", "[init]") {
    CHECK(linker({{"CC", "gcc"}, {"HOST_CC", ""}}) == "cc");
    CHECK(linker({{"CC", "gcc"}, {"HOST_CC", " \t"}}) == "cc");
}

TEST_CASE("a C compiler may have options and a wrapper", "[init]") {
    CHECK(linker({{"CC", "gcc -m32"}}) == "gcc");
    CHECK(linker({{"CC", "/usr/bin/ccache  clang -m32"}}) == "clang");
    CHECK(linker({{"CC", "sccache.exe\tgcc"}}) == "gcc");
    CHECK(linker({{"CC", "sccache"}}) == "sccache");
    CHECK(linker({{"CC", "wrap gcc"}}) == "wrap");
    CHECK(linker({{"CC", "wrap gcc"}, {"CC_KNOWN_WRAPPER_CUSTOM", "wrap"}}) == "gcc");
    TempDir dir;
    const std::string path = dir.write("my cc", "");
    CHECK(linker({{"CC", path}}) == path);
}

TEST_CASE("of a host that is not known nothing is configured", "[init]") {
    CHECK(linker({{"CC", "gcc"}}, std::nullopt) == "cc");
    CHECK(linker({{"CC", "gcc"}}, "x86_64-acme-linux-gnu") == "cc");
}

TEST_CASE("links across languages are clang's, if it is there", "[init]") {
    TempDir dir;
    dir.write("bin/clang", "");
    const std::string flags = "-C\x1Flinker-plugin-lto";
    CHECK(linker({{"CARGO_ENCODED_RUSTFLAGS", flags}, {"PATH", dir / "bin"}}) == "clang");
    CHECK(linker({{"CARGO_ENCODED_RUSTFLAGS", flags}, {"PATH", dir.path()}}) == "cc");
    CHECK(linker({{"CC", "gcc"}, {"CARGO_ENCODED_RUSTFLAGS", flags}, {"PATH", dir / "bin"}}) ==
          "gcc");
}

TEST_CASE("a linker is in PATH where it is a regular file", "[init]") {
    TempDir dir;
    const std::string file = dir.write("two/cc", "");
    dir.make("one/cc");
    REQUIRE(platform::make_link(file, dir / "one/gcc"));
    const platform::Environment environment(
        {{"PATH", "/nonexistent:" + dir / "one" + ":" + dir / "two"}});
    CHECK(is_in_path(environment, "cc"));
    CHECK(is_in_path(environment, "gcc"));
    CHECK(is_in_path(environment, file));
    CHECK_FALSE(is_in_path(environment, "clang"));
    CHECK_FALSE(is_in_path(platform::Environment({{"PATH", dir / "one"}}), "cc"));
}
