#include "toml_error.hpp"

#include <catch2/catch.hpp>

using latchkey::dist::toml_error_text;

TEST_CASE("a bad file is shown with its line and a mark below", "[toml]") {
    CHECK(toml_error_text("a = 1\ndate = 5\n", 2, 8,
                          "invalid type: integer `5`, expected a string") ==
          "TOML parse error at line 2, column 8\n"
          "  |\n"
          "2 | date = 5\n"
          "  |        ^\n"
          "invalid type: integer `5`, expected a string\n");
}

TEST_CASE("the mark is as wide as what it marks, and the margin as the number", "[toml]") {
    const std::string document = std::string(53, '\n') + "bogus=[]\r\n";
    CHECK(toml_error_text(document, 54, 1, "unknown", 5) ==
          "TOML parse error at line 54, column 1\n"
          "   |\n"
          "54 | bogus=[]\n"
          "   | ^^^^^\n"
          "unknown\n");
}

TEST_CASE("a place behind the end of the file shows an empty line", "[toml]") {
    CHECK(toml_error_text("a", 3, 1, "c", 0) ==
          "TOML parse error at line 3, column 1\n  |\n3 | \n  | ^\nc\n");
}
