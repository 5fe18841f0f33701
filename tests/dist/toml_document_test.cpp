#include "latchkey/dist/toml_document.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::dist;

namespace {

TomlSection parse_toml(std::string_view text) {
    return parse_toml_document(text, Errc::usage);
}

constexpr std::string_view kWords[] = {"minimal", "default", "complete"};

template <typename Ask>
std::string complaint(const Ask& ask) {
    const TomlSection root =
        parse_toml("text = \"x\"\nlist = [\"a\", 1]\nnumber = 5\n[table]\nflag = true\n");
    return test::error_text([&] { static_cast<void>(ask(root)); });
}

std::string rewritten(const std::string& value) {
    return parse_toml("key = " + value + "\n").value_text("key");
}

}  // namespace

TEST_CASE("a document's values are found by key and type", "[toml]") {
    const TomlSection root = parse_toml(
        "channel = \"beta\"\ncomponents = [\"clippy\", \"miri\"]\n[inner]\nprofile = 'default'\n");
    CHECK(root.contains("channel"));
    CHECK_FALSE(root.contains("profile"));
    CHECK(root.find_string("channel") == "beta");
    CHECK(root.find_string("nothing") == std::nullopt);
    CHECK(root.find_strings("components") == std::vector<std::string>{"clippy", "miri"});
    const auto inner = root.find_section("inner", "a map");
    REQUIRE(inner);
    CHECK(inner->find_choice("profile", kWords) == "default");
    CHECK(inner->keys() == std::vector<std::string>{"profile"});
}

TEST_CASE("numbers, switches and arrays of tables are found by key and type", "[toml]") {
    const TomlSection root = parse_toml("n = -7\nb = false\n[[t]]\nx = 1\n[[t]]\nx = 2\n");
    CHECK(root.find_integer("n") == -7);
    CHECK(root.find_integer("m") == std::nullopt);
    CHECK(root.find_boolean("b") == false);
    CHECK(root.find_boolean("c") == std::nullopt);
    CHECK(root.find_sections("u").empty());
    const std::vector<TomlSection> sections = root.find_sections("t");
    REQUIRE(sections.size() == 2);
    CHECK(sections[1].find_integer("x") == 2);
    CHECK(sections[1].line_of("x") == 6);
}

TEST_CASE("a value of no use is shown with its place and the cause", "[toml]") {
    const TomlSection root = parse_toml("a = 1\nb = 5\n");
    CHECK(std::string(root.bad_value("b", "too odd").what()) ==
          "TOML parse error at line 2, column 5\n"
          "  |\n"
          "2 | b = 5\n"
          "  |     ^\n"
          "too odd\n");
}

TEST_CASE("an array that is none, or not of tables, is told", "[toml]") {
    const auto ends = [](const std::string& text, const std::string& end) {
        INFO(text);
        CHECK(text.ends_with(end + "\n"));
    };
    ends(complaint([](const TomlSection& root) { return root.find_sections("table"); }),
         "expected a sequence");
    ends(complaint([](const TomlSection& root) { return root.find_sections("list"); }),
         "expected a map");
    ends(complaint([](const TomlSection& root) { return root.find_integer("text"); }),
         "expected an integer");
    ends(complaint([](const TomlSection& root) { return root.find_boolean("number"); }),
         "expected a boolean");
}

TEST_CASE("a section lives as long as somebody has it", "[toml]") {
    std::optional<TomlSection> inner;
    {
        const TomlSection root = parse_toml("[a.b]\nc = \"d\"\n");
        inner = root.find_section("a", "a map")->find_section("b", "a map");
    }
    CHECK(inner->find_string("c") == "d");
}

TEST_CASE("a value of another type is shown with its place", "[toml]") {
    CHECK(complaint([](const TomlSection& root) { return root.find_string("number"); }) ==
          "TOML parse error at line 3, column 10\n"
          "  |\n"
          "3 | number = 5\n"
          "  |          ^\n"
          "invalid type: integer `5`, expected a string\n");
    CHECK_THAT(complaint([](const TomlSection& root) { return root.find_strings("text"); }),
               Catch::Contains("invalid type: string \"x\", expected a sequence\n"));
    CHECK_THAT(complaint([](const TomlSection& root) { return root.find_strings("list"); }),
               Catch::Contains("invalid type: integer `1`, expected a string\n"));
    CHECK_THAT(
        complaint([](const TomlSection& root) { return root.find_section("text", "a table"); }),
        Catch::Contains("invalid type: string \"x\", expected a table\n"));
    CHECK_THAT(complaint([](const TomlSection& root) { return root.find_choice("text", kWords); }),
               Catch::Contains("unknown variant `x`, expected one of `minimal`, `default`, "
                               "`complete`\n"));
    CHECK_THAT(complaint([](const TomlSection& root) { throw root.missing_field("version"); }),
               Catch::Contains("missing field `version`\n"));
}

TEST_CASE("a value is written so that it is read again", "[toml]") {
    for (const char* text : {"\"a\"", "-7", "true", "1.5", "2.0", "inf", "1979-05-27", "07:32:00",
                             "1979-05-27T07:32:00Z", "1979-05-27T07:32:00-07:30", "[1, [\"x\"]]",
                             "{ a = 1, b = {} }", "'C:\\x'", "\"tab\\t\""}) {
        CHECK(rewritten(text) == text);
    }
    CHECK(rewritten("{ \"a b\".c = 1 }") == "{ \"a b\" = { c = 1 } }");
}

TEST_CASE("a value that nests too deep to be read again is refused", "[toml]") {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    CHECK(rewritten(nested(60)) == nested(60));
    CHECK_THAT(test::error_text([&] { rewritten(nested(70)); }),
               Catch::Contains("a value nests deeper than any file needs"));
    CHECK_THAT(test::error_text([] { parse_toml("a" + std::string(40, '.') + "b = 1"); }),
               Catch::Contains("a key has too many parts"));
}

TEST_CASE("a value is compared as text, and is not the text where it is none", "[toml]") {
    const TomlSection root = parse_toml("a = \"1\"\nb = 1\n");
    CHECK(root.has("a", "1"));
    CHECK_FALSE(root.has("a", "2"));
    CHECK_FALSE(root.has("b", "1"));
    CHECK_FALSE(root.has("c", ""));
}

TEST_CASE("what is wrong has the code that the caller wants", "[toml]") {
    for (const Errc code : {Errc::usage, Errc::corrupt}) {
        try {
            parse_toml_document("a =", code);
            FAIL("it was taken");
        } catch (const Error& e) {
            CHECK(e.code() == code);
        }
    }
}
