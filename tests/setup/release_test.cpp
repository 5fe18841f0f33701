#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/setup/release.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::setup;
using test::error_text;

TEST_CASE("a release lies where rustup's lies", "[setup]") {
    CHECK(release_url("https://x/rustup") == "https://x/rustup/release-stable.toml");
    CHECK(program_url("https://x/rustup", "0.2.0", "x86_64-unknown-linux-gnu") ==
          "https://x/rustup/archive/0.2.0/x86_64-unknown-linux-gnu/rustup-init");
}

TEST_CASE("a release file names a version", "[setup]") {
    CHECK(parse_release("schema-version = '1'\nversion = '0.2.0'\nother = 1\n").version == "0.2.0");
}

TEST_CASE("a version moves nothing on a terminal", "[setup]") {
    CHECK(parse_release("schema-version = \"1\"\nversion = \"1.\\u001B[2J\\n\"\n").version ==
          "1.?[2J?");
}

TEST_CASE("a release is ours only if its file says so", "[setup]") {
    const std::string release = "schema-version = '1'\nversion = '0.2.0'\n";
    CHECK(parse_release(release + "program = 'latchkey'\n").ours);
    CHECK_FALSE(parse_release(release).ours);
    CHECK_FALSE(parse_release(release + "program = 'rustup'\n").ours);
    CHECK_FALSE(parse_release(release + "program = true\n").ours);
    CHECK_FALSE(parse_release(release + "[other]\nprogram = 'latchkey'\n").ours);
}

TEST_CASE("a bad release file is refused in rustup's words", "[setup]") {
    const auto fault = [](const char* text) { return error_text([&] { parse_release(text); }); };
    CHECK(fault("version = \"1.29.0\"\n") ==
          "unable to parse rustup release file: TOML parse error at line 1, column 1\n"
          "  |\n"
          "1 | version = \"1.29.0\"\n"
          "  | ^\n"
          "missing field `schema-version`\n");
    CHECK(fault("schema-version = \"2\"\nversion = \"1.29.0\"\n") ==
          "unable to parse rustup release file: TOML parse error at line 1, column 18\n"
          "  |\n"
          "1 | schema-version = \"2\"\n"
          "  |                  ^^^\n"
          "unknown variant `2`, expected `1`\n");
    CHECK(fault("what").starts_with("unable to parse rustup release file: TOML parse error"));
}

TEST_CASE("a hash file begins with the hash", "[setup]") {
    const std::string hash(64, 'a');
    CHECK(parse_hash_file(hash + " *rustup-init\n", "u").hex() == hash);
    CHECK(parse_hash_file(hash, "u").hex() == hash);
    CHECK(error_text([] { (void)parse_hash_file("none\n", "u"); }) == "no SHA-256 in 'u'");
}

TEST_CASE("a program says its version in one of two ways", "[setup]") {
    CHECK(printed_version("rustup-init 1.29.0 (latchkey 0.2.0)\n") == "0.2.0");
    CHECK(printed_version("rustup-init 1.29.0 (latchkey 0.2.0 abc)\n") == "0.2.0");
    CHECK(printed_version("rustup-init 1.30.1 (28d1352db 2026-03-05)\n") == "1.30.1");
    CHECK(printed_version("1.2 3.4.5") == "3.4.5");
    CHECK(printed_version("nothing") == "(unknown)");
}

TEST_CASE("a release file with a key of many parts does not end the process", "[setup]") {
    std::string key = "a";
    for (int i = 0; i < 100'000; ++i) key += ".a";
    CHECK_THAT(error_text([&] { parse_release(key + " = 1\n"); }),
               Catch::StartsWith("unable to parse rustup release file: TOML parse error"));
}
