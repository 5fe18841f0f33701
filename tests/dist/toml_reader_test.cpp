#include "toml_reader.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using latchkey::dist::TomlReader;

namespace {

const std::string kDocument =
    "date = \"2026-04-16\"\navailable = true\nlist = [1]\n[pkg.rust]\nversion = 5\n";

template <typename Ask>
std::string reader_error(const Ask& ask) {
    const TomlReader reader(kDocument);
    return test::error_text([&] { static_cast<void>(ask(reader)); });
}

}  // namespace

TEST_CASE("what must be there is found by key and type", "[toml]") {
    const TomlReader reader(kDocument);
    const toml::table& root = reader.root();
    CHECK(reader.string(root, "date") == "2026-04-16");
    CHECK(reader.boolean(root, "available"));
    CHECK(reader.array(root, "list").size() == 1);
    CHECK(reader.table(reader.table(root, "pkg"), "rust").contains("version"));
    std::vector<std::string> keys;
    TomlReader::for_each(
        root, [&keys](std::string_view key, const toml::node&) { keys.emplace_back(key); });
    CHECK(keys == std::vector<std::string>{"available", "date", "list", "pkg"});
}

TEST_CASE("what may be absent is nothing then, and of its type else", "[toml]") {
    const TomlReader reader(kDocument);
    const toml::table& root = reader.root();
    CHECK(reader.find_string(root, "nothing") == nullptr);
    CHECK(reader.find_table(root, "nothing") == nullptr);
    CHECK(reader.find_array(root, "nothing") == nullptr);
    CHECK_FALSE(reader.find_boolean(root, "nothing"));
    CHECK(*reader.find_string(root, "date") == "2026-04-16");
    CHECK_THROWS_AS(reader.find_boolean(root, "date"), Error);
}

TEST_CASE("a field that is missing or of another type is told with its place", "[toml]") {
    CHECK(reader_error([](const TomlReader& reader) {
              return reader.string(reader.table(reader.table(reader.root(), "pkg"), "rust"),
                                   "version");
          }) ==
          "TOML parse error at line 5, column 11\n"
          "  |\n"
          "5 | version = 5\n"
          "  |           ^\n"
          "invalid type: integer `5`, expected a string\n");
    CHECK_THAT(
        reader_error([](const TomlReader& reader) { return reader.table(reader.root(), "list"); }),
        Catch::Contains("invalid type: sequence, expected a map\n"));
    CHECK_THAT(
        reader_error([](const TomlReader& reader) { return reader.array(reader.root(), "pkg"); }),
        Catch::Contains("invalid type: map, expected a sequence\n"));
    CHECK_THAT(
        reader_error([](const TomlReader& reader) { return reader.string(reader.root(), "x"); }),
        Catch::Contains("missing field `x`\n"));
}

TEST_CASE("what is no TOML is corrupt, not a crash", "[toml]") {
    for (const std::string& text : {std::string("a ="), std::string("[a"), std::string(1, '\0'),
                                    "a" + std::string(100'000, '.') + "b = 1"}) {
        try {
            const TomlReader reader(text);
            FAIL("it was taken");
        } catch (const Error& e) {
            CHECK(e.code() == Errc::corrupt);
        }
    }
}
