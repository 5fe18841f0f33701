#include "toml_depth.hpp"

#include <catch2/catch.hpp>

using latchkey::dist::deep_key_text;

namespace {

std::string dotted(std::size_t parts) {
    std::string key = "a";
    for (std::size_t i = 1; i < parts; ++i) key += ".a";
    return key;
}

}  // namespace

TEST_CASE("keys as deep as files have them pass, deeper ones are told with their line", "[toml]") {
    CHECK_FALSE(deep_key_text(""));
    CHECK_FALSE(deep_key_text(dotted(17) + " = 1\n[" + dotted(17) + "]\n"));
    const auto text = deep_key_text("x = 1\n[" + dotted(18) + "]\n");
    REQUIRE(text);
    CHECK_THAT(*text, Catch::StartsWith("TOML parse error at line 2, column 1\n"));
    CHECK(deep_key_text("x = { " + dotted(18) + " = 1 }"));
}

TEST_CASE("dots in strings, comments and values are no parts of a key", "[toml]") {
    const std::string dots(40, '.');
    CHECK_FALSE(deep_key_text("a = \"" + dots + "\""));
    CHECK_FALSE(deep_key_text("a = '" + dots + "' # " + dots));
    CHECK_FALSE(deep_key_text("a = \"\"\"" + dots + "\n" + dots + "\"\"\""));
    CHECK_FALSE(deep_key_text("a = \"\\\"" + dots + "\""));
    CHECK_FALSE(
        deep_key_text("a = [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, "
                      "1.5, 1.5, 1.5, 1.5, 1.5, 1.5]"));
}

TEST_CASE("a string without its end hides nothing behind its line", "[toml]") {
    const auto text = deep_key_text("a = \"open\n" + dotted(18) + " = 1\n");
    REQUIRE(text);
    CHECK_THAT(*text, Catch::StartsWith("TOML parse error at line 2, column 1\n"));
}
