#include "latchkey/dist/installed_config.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

const std::string kFile =
    "config_version = \"1\"\n"
    "\n"
    "[[components]]\n"
    "pkg = \"cargo\"\n"
    "target = \"x86_64-unknown-linux-gnu\"\n"
    "is_extension = false\n"
    "\n"
    "[[components]]\n"
    "pkg = \"rust-src\"\n"
    "target = \"*\"\n"
    "is_extension = true\n";

}  // namespace

TEST_CASE("the list of installed components is read and written as rustup's", "[installed]") {
    const auto config = parse_installed_config(kFile, "/c");
    REQUIRE(config.components.size() == 2);
    CHECK(config.components[0] == Component{"cargo", kHost});
    CHECK(config.components[1] == Component{"rust-src", {}});
    CHECK(config.components[1].is_extension);
    CHECK(serialise(config) == kFile);
}

TEST_CASE("nothing installed is an empty list", "[installed]") {
    CHECK(serialise(InstalledConfig{}) == "config_version = \"1\"\ncomponents = []\n");
    CHECK(parse_installed_config(serialise(InstalledConfig{}), "/c").components.empty());
    CHECK(parse_installed_config("config_version = \"1\"\n", "/c").components.empty());
}

TEST_CASE("is_extension may be missing from an old list", "[installed]") {
    const auto config = parse_installed_config(
        "config_version = \"1\"\n[[components]]\npkg = \"a\"\ntarget = \"t\"\n", "/c");
    CHECK_FALSE(config.components.at(0).is_extension);
}

TEST_CASE("a bad list is named with its path and place", "[installed]") {
    const auto text = [](std::string_view file) {
        return error_of([&] { return parse_installed_config(file, "/c"); });
    };
    const std::string prefix =
        "could not parse Config file: '/c': error parsing config: TOML parse "
        "error at line ";
    CHECK(text("config_version = \"2\"\n") ==
          prefix +
              "1, column 18\n  |\n1 | config_version = \"2\"\n  |                  ^^^\n"
              "unknown variant `2`, expected `1`\n");
    CHECK(text("").starts_with(prefix));
    CHECK(text("").find("missing field `config_version`") != std::string::npos);
    CHECK(text("config_version = \"1\"\n[[components]]\npkg = \"a\"\n")
              .find("missing field `target`") != std::string::npos);
    CHECK(text("config_version = \"1\"\ncomponents = 1").find("expected a sequence") !=
          std::string::npos);
    CHECK(text("config_version = ").starts_with(prefix));
}

TEST_CASE("installed names are lines", "[installed]") {
    const std::vector<std::string> names{"rustc-t", "rust-src"};
    CHECK(serialise_installed_components(names) == "rustc-t\nrust-src\n");
    CHECK(parse_installed_components("rustc-t\nrust-src\n") == names);
    CHECK(parse_installed_components("rustc-t\n\nrust-src") == names);
    CHECK(parse_installed_components("").empty());
}

TEST_CASE("a component's manifest lists files and directories", "[installed]") {
    const std::string text = "file:bin/rustc\ndir:share/doc/a b\nfile:lib/a:b\n";
    const auto payload = parse_payload_manifest(text, "rustc");
    REQUIRE(payload.size() == 3);
    CHECK(payload[0] == PayloadLine{PayloadLine::Kind::file, "bin/rustc"});
    CHECK(payload[1] == PayloadLine{PayloadLine::Kind::dir, "share/doc/a b"});
    CHECK(payload[2].path == "lib/a:b");
    CHECK(serialise_payload_manifest(payload) == text);
    CHECK(parse_payload_manifest("", "c").empty());
}

TEST_CASE("a path that could leave the toolchain makes the component corrupt", "[installed]") {
    for (const std::string line : {"file:/etc/passwd", "file:../x", "file:a/../../x", "dir:..",
                                   "dir:.", "file:a//b", "file:", "file:\xe9", "dir:a/", "file:./a",
                                   "link:a", "file", "File:a", "", "file:a/.", "dir:/"}) {
        CAPTURE(line);
        CHECK(error_of([&] {
                  return parse_payload_manifest("file:ok\n" + line + "\n", "rustc");
              }) == "component manifest for 'rustc' is corrupt");
    }
    CHECK_NOTHROW(parse_payload_manifest("file:..a/b..\ndir:...\n", "c"));
}
