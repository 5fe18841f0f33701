// Manifests in the shape in which upstream writes them have a reader of their own. What it reads is
// what toml++ reads: a comment at the end makes any document one for toml++.

#include <catch2/catch.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "example_manifest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/dist/manifest.hpp"

using namespace latchkey::dist;

namespace {

std::string plain_text() {
    return serialise(ExampleManifest().parse());
}

std::string for_toml(const std::string& text) {
    return text + "\n# not plain";
}

/// The manifest as we would write it; empty where the text is refused.
std::optional<std::string> read(const std::string& text) {
    try {
        return serialise(parse_manifest(text, "/m"));
    } catch (const latchkey::Error&) {
        return std::nullopt;
    }
}

/// As many hosts and components as upstream has.
std::string large_text() {
    ExampleManifest example;
    for (int i = 0; i < 90; ++i) {
        example.extensions.push_back({"rust-std", fmt::format("target{}-unknown-linux-gnu", i)});
    }
    Manifest manifest = example.parse();
    auto& rust = manifest.packages.at("rust").targets;
    for (int i = 0; i < 30; ++i) rust.emplace(fmt::format("host{}", i), rust.at(kHost));
    return serialise(manifest);
}

}  // namespace

TEST_CASE("a manifest in upstream's shape is read as toml++ reads it", "[manifest]") {
    const std::string text = plain_text();
    REQUIRE(read(text) == text);
    CHECK(read(for_toml(text)) == text);
    CHECK(read(large_text()) == read(for_toml(large_text())));
}

TEST_CASE("what is said after a manifest is understood as TOML, or refused as that", "[manifest]") {
    const auto [added, accepted] = GENERATE(table<std::string, bool>({
        {"", true},
        {"\n\n[pkg.more]\nversion = \"1\"\n\n[pkg.more.target.t]\navailable = false\n", true},
        {"[pkg.more.target.t]\navailable = false\n[pkg.more]\nversion = \"1\"\n", true},
        {"[pkg.\"m o.r]e\"]\nversion = \"1\"\n[pkg.\"m o.r]e\".target.\"*\"]\navailable = true\n",
         true},
        {"[x]\na = true\nb = []\nc = [\"d\", \"e\"]\n\"f g\" = \"h = [i] # j\"", true},
        {"[x]\n\"\" = \"\"\n", true},
        {"[[x]]\na = true\n[[y]]\na = true\n[[x]]\na = true\n", true},
        {"[[x]]\na = true\n[x.y]\nb = true\n", true},
        {"[[x]]\n[[x]]\n[[x.y]]\n", true},
        {"[a.b.c.d.e.f.g.h.i.j]\nk = true\n", true},
        {"[x]\na = 1\n", true},
        {"[x]\na = 'b'\n", true},
        {"[x]\na = \"\\u0041\"\n", true},
        {"[x]\na = \"\"\"b\"\"\"\n", true},
        {"[x]\na = { b = true }\n", true},
        {"[x]\na = [\"b\",\"c\"]\n", true},
        {"[x]\na = [[\"b\"]]\n", true},
        {"[x]\na=true\n", true},
        {"[x]\na.b = true\n", true},
        {"[ x ]\n a = true \n", true},
        {"[x] # y\na = true # z\n", true},
        {"[x]\r\na = true\r\n", true},
        {"[x]\na = \"\xc3\xa4\"\n", true},
        {"[x]\na = true\na = true\n", false},
        {"[x]\n[x]\n", false},
        {"[x]\na = true\n[x.a]\n", false},
        {"[x.a]\n[x]\na = true\n", false},
        {"[x]\na = []\n[[x.a]]\n", false},
        {"[x]\na = [\"b\"]\n[[x.a]]\n", false},
        {"[[x]]\na = true\na = true\n", false},
        {"[[x]]\n[x]\n", false},
        {"[x]\n[[x]]\n", false},
        {"[x]\na = truer\n", false},
        {"[x]\na = \"b\n", false},
        {"[x]\na = \"b\" \"c\"\n", false},
        {"[x]\na = [\"b\"\n", false},
        {"[x]\na = [\"b\", ]]\n", false},
        {"[x]\n= true\n", false},
        {"[x]\na\n", false},
        {"[]\n", false},
        {"[x\n", false},
        {"[x]]\n", false},
        {"[[x]\n", false},
        {"[x.]\n", false},
        {"[x]\na = \"\x01\"\n", false},
        {"[x]\na = \"\xff\"\n", false},
        {"[pkg.rustc]\nversion = \"1\"\n", false},
        {"[renames.x]\nto = true\n", false},
        {"[renames.x]\n", false},
    }));
    CAPTURE(added);
    const std::string text = plain_text() + added;
    const auto manifest = read(text);
    CHECK(manifest.has_value() == accepted);
    CHECK(manifest == read(for_toml(text)));
}

TEST_CASE("a table of many entries is read too", "[manifest]") {
    std::string text = plain_text() + "[x]\n";
    for (int i = 0; i < 2000; ++i) text += fmt::format("key{} = true\n", i);
    CHECK(read(text) == plain_text());
    CHECK_FALSE(read(text + "key0 = true\n"));
}

TEST_CASE("a mistake in a manifest of upstream's shape is told with its place", "[manifest]") {
    const std::string text =
        latchkey::replace_all(plain_text(), "available = true", "available = \"yes\"");
    const std::string error = error_of([&] { parse_manifest(text, "/m"); });
    CHECK(error == error_of([&] { parse_manifest(for_toml(text), "/m"); }));
    CHECK(error.find("invalid type: string \"yes\", expected a boolean") != std::string::npos);
    CHECK(error.find("line ") != std::string::npos);
}

#ifdef NDEBUG
TEST_CASE("a manifest of upstream's shape and size takes a fraction of toml++'s time",
          "[manifest]") {
    const std::string text = large_text();
    const std::string commented = for_toml(text);
    double ours_ms = 1e9;
    double parser_ms = 1e9;
    for (int i = 0; i < 5; ++i) {
        ours_ms = std::min(ours_ms, cpu_ms([&] { parse_manifest(text, "/m"); }));
        parser_ms = std::min(parser_ms, cpu_ms([&] { parse_manifest(commented, "/m"); }));
    }
    CAPTURE(text.size(), ours_ms, parser_ms);
    CHECK(ours_ms < 0.5 * parser_ms);
}
#endif
