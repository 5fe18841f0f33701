#include "toml_source.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::dist;

TEST_CASE("what people get wrong by hand is told in rustup's words", "[toml]") {
    struct Row {
        const char* document;
        const char* cause;
    };
    for (const Row& row :
         {Row{"a = stable", "string values must be quoted, expected literal string"},
          Row{"a", "key with no value, expected `=`"},
          Row{"a = \"x\n", "invalid basic string, expected `\"`"},
          Row{"a = 'x\n", "invalid literal string, expected `'`"},
          Row{"[a\n", "unclosed table, expected `]`"},
          Row{"a = [\"x\" \"y\"]", "missing comma between array elements, expected `,`"},
          Row{"a = [\"x\"", "unclosed array, expected `]`"},
          Row{"a = 1 b = 2", "unexpected key or value, expected newline, `#`"},
          Row{"a = 1\na = 2", "duplicate key"}}) {
        INFO(row.document);
        const std::string text =
            test::error_text([&] { const TomlSource source(row.document, Errc::usage); });
        CHECK_THAT(text, Catch::StartsWith("TOML parse error at line "));
        CHECK_THAT(text, Catch::EndsWith(std::string(row.cause) + "\n"));
    }
}

TEST_CASE("the mark is as wide as the value, or goes to the end of its line", "[toml]") {
    const TomlSource source("a = \"four\"\nb = [1,\n2]\n", Errc::corrupt);
    CHECK(std::string(source.wrong_type(*source.root().get("a"), "a map").what()) ==
          "TOML parse error at line 1, column 5\n"
          "  |\n"
          "1 | a = \"four\"\n"
          "  |     ^^^^^^\n"
          "invalid type: string \"four\", expected a map\n");
    CHECK_THAT(source.wrong_type(*source.root().get("b"), "a map").what(),
               Catch::Contains("2 | b = [1,\n  |     ^^^\n"));
    CHECK(source.wrong_type(*source.root().get("b"), "a map").code() == Errc::corrupt);
}

TEST_CASE("a field that is missing is told at the header of its table", "[toml]") {
    const TomlSource source("x = 1\n[pkg]\ny = 2\n", Errc::usage);
    CHECK_THAT(source.missing_field(source.root(), "a").what(),
               Catch::StartsWith("TOML parse error at line 1, column 1\n") &&
                   Catch::EndsWith("missing field `a`\n"));
    CHECK_THAT(source.missing_field(*source.root().get_as<toml::table>("pkg"), "a").what(),
               Catch::StartsWith("TOML parse error at line 2, column 1\n"));
}

TEST_CASE("a float is written with its point", "[toml]") {
    CHECK(toml_float(2) == "2.0");
    CHECK(toml_float(-0.5) == "-0.5");
    CHECK(toml_float(std::numeric_limits<double>::infinity()) == "inf");
}
