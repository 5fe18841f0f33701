#include "latchkey/dist/toml_text.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

TEST_CASE("strings and keys are quoted where they must be", "[toml]") {
    CHECK(toml_string("plain") == "\"plain\"");
    CHECK(toml_string("C:\\x") == "'C:\\x'");
    CHECK(toml_string("it's \"so\"") == "\"it's \\\"so\\\"\"");
    CHECK(toml_string("a\n\x01") == "\"a\\n\\u0001\"");
    CHECK(toml_key("a-b_1") == "a-b_1");
    CHECK(toml_key("/home/me") == "\"/home/me\"");
    CHECK(toml_key("") == "\"\"");
}
