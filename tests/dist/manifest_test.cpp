#include "latchkey/dist/manifest.hpp"

#include <toml++/toml.h>
#include <catch2/catch.hpp>

#include <sstream>

#include "example_manifest.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "real_manifests.hpp"

using namespace latchkey::dist;

namespace {

std::string names(std::span<const Component> components) {
    std::string out;
    for (const auto& c : components) out += c.full_name() + " ";
    return out;
}

/// What is said of the example after one replacement in its text.
std::string refusal(std::string_view from, std::string_view to) {
    const std::string text = ExampleManifest().text();
    REQUIRE(text.find(from) != std::string::npos);
    const auto changed = latchkey::replace_all(text, from, to);
    return error_of([&] { return parse_manifest(changed, "/m"); });
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

const std::string kPrefix = "could not parse manifest file: '/m': ";

}  // namespace

TEST_CASE("a manifest says what there is, and from where", "[manifest]") {
    const auto m = ExampleManifest().parse();
    CHECK(m.date == "2026-04-16");
    CHECK(m.rust_version() == "1.95.0 (59807616e 2026-04-14)");
    CHECK(m.packages.size() == 7);
    CHECK(m.packages.at("rust-src").is_wildcard());
    CHECK_FALSE(m.packages.at("rust-std").is_wildcard());
    const auto* rustc = m.find({"rustc", kHost});
    REQUIRE(rustc);
    CHECK(rustc->available);
    REQUIRE(rustc->sources.size() == 1);
    CHECK(rustc->sources[0].encoding == Encoding::gz);
    CHECK(rustc->sources[0].digest());
    CHECK_FALSE(m.find({"rustc", kWasm}));
    CHECK_FALSE(m.find({"rustc", {}}));
    CHECK_FALSE(m.find({"nothing", kHost}));
}

TEST_CASE("a wildcard package is for every target and for none", "[manifest]") {
    const auto m = ExampleManifest().parse();
    CHECK(m.find({"rust-src", {}}));
    CHECK(m.find({"rust-src", kWasm}));
}

TEST_CASE("a star beside other targets is an odd target", "[manifest]") {
    const auto m = parse_manifest(
        "manifest-version = \"2\"\ndate = \"d\"\n[pkg.a]\nversion = \"1\"\n"
        "[pkg.a.target.\"*\"]\navailable = false\n[pkg.a.target.t]\navailable = false\n",
        "/m");
    CHECK_FALSE(m.packages.at("a").is_wildcard());
    CHECK_FALSE(m.find({"a", {}}));
    CHECK_FALSE(m.find({"a", "u"}));
    CHECK(m.find({"a", "t"}));
}

TEST_CASE("sources are sorted xz, gz, zst, and each needs its hash", "[manifest]") {
    const auto parse = [](std::string_view keys) {
        return parse_manifest(
                   "manifest-version = \"2\"\ndate = \"d\"\n[pkg.a]\nversion = \"1\"\n"
                   "[pkg.a.target.t]\n" +
                       std::string(keys),
                   "/m")
            .packages.at("a")
            .targets.at("t");
    };
    const auto all = parse(
        "available = true\nzst_url = \"z\"\nzst_hash = \"1\"\nurl = \"g\"\nhash = \"2\"\n"
        "xz_url = \"x\"\nxz_hash = \"3\"\n");
    CHECK(all.sources == std::vector<Source>{{Encoding::xz, "x", "3"},
                                             {Encoding::gz, "g", "2"},
                                             {Encoding::zst, "z", "1"}});
    CHECK_FALSE(all.sources[0].digest());
    CHECK_FALSE(parse("available = true\nurl = \"g\"\nxz_hash = \"3\"\n").available);
    CHECK_FALSE(parse("available = true\n").available);
    const auto off = parse("available = false\nurl = \"g\"\nhash = \"2\"\n");
    CHECK_FALSE(off.available);
    CHECK(off.sources.empty());
}

TEST_CASE("encodings are called as archives end", "[manifest]") {
    CHECK(str(Encoding::xz) == "xz");
    CHECK(str(Encoding::gz) == "gz");
    CHECK(str(Encoding::zst) == "zst");
}

TEST_CASE("parts come before extensions, which are flagged", "[manifest]") {
    const auto m = ExampleManifest().parse();
    const auto list = m.components_for(kHost);
    CHECK(names(list) == "rustc-" + kHost + " rust-std-" + kHost + " cargo-" + kHost +
                             " rust-std-" + kWasm + " rust-src clippy-preview-" + kHost +
                             " rls-preview-" + kHost + " ");
    CHECK_FALSE(list[2].is_extension);
    CHECK(list[3].is_extension);
}

TEST_CASE("a channel without the toolchain's target says where to look", "[manifest]") {
    auto m = ExampleManifest().parse();
    CHECK(error_of([&] { return m.components_for("t"); }) ==
          "target 't' not found in channel.  Perhaps check "
          "https://doc.rust-lang.org/nightly/rustc/platform-support.html for available targets");
    m.packages.erase("rust");
    CHECK(error_of([&] { return m.components_for(kHost); }) == "package not found: 'rust'");
    CHECK_FALSE(m.rust_version());
}

TEST_CASE("a profile takes what the channel has for the target, in its own order", "[manifest]") {
    ExampleManifest example;
    auto m = example.parse();
    CHECK(names(m.profile_components(Profile::default_, kHost)) ==
          "rustc-" + kHost + " cargo-" + kHost + " rust-std-" + kHost + " clippy-preview-" + kHost +
              " ");
    CHECK(names(m.profile_components(Profile::minimal, kHost)) == "rustc-" + kHost + " ");
    CHECK(error_of([&] { return m.profile_components(Profile::complete, kHost); }) ==
          "profile not found: 'complete'");
    example.profiles = "complete = [\"rust-src\", \"clippy\"]\n";
    CHECK(names(example.parse().profile_components(Profile::complete, kHost)) == "rust-src ");
}

TEST_CASE("what a profile takes counts as no extension", "[manifest]") {
    const auto chosen = ExampleManifest().parse().profile_components(Profile::default_, kHost);
    REQUIRE(chosen.size() == 4);
    for (const Component& component : chosen) CHECK_FALSE(component.is_extension);
}

TEST_CASE("without any profile the parts for the target are taken", "[manifest]") {
    ExampleManifest example;
    example.profiles.clear();
    example.parts.push_back({"other", kWasm});
    CHECK(names(example.parse().profile_components(Profile::complete, kHost)) ==
          "rustc-" + kHost + " rust-std-" + kHost + " cargo-" + kHost + " ");
}

TEST_CASE("users see renamed packages under their public names", "[manifest]") {
    auto m = ExampleManifest().parse();
    const Component clippy{"clippy-preview", kHost};
    CHECK(m.short_name(clippy) == "clippy");
    CHECK(m.display_name(clippy) == "clippy-" + kHost);
    CHECK(m.description(clippy) == "'clippy' for target '" + kHost + "'");
    CHECK(m.description({"rust-src", {}}) == "'rust-src'");
    CHECK(m.display_name({"rust-src", {}}) == "rust-src");
    CHECK(m.renamed({"clippy", kHost}) == clippy);
    CHECK_FALSE(m.renamed(clippy));
    m.renames["clippz"] = "clippy-preview";
    CHECK(m.short_name(clippy) == "clippz");
}

TEST_CASE("a manifest that is no TOML, or not ours, is refused with its place", "[manifest]") {
    const std::string toml = kPrefix + "error parsing manifest: TOML parse error at line ";
    CHECK(refusal("manifest-version = \"2\"", "manifest-version = \"3\"") ==
          toml +
              "1, column 20\n  |\n1 | manifest-version = \"3\"\n  |                    ^^^\n"
              "unknown variant `3`, expected `2`\n");
    CHECK(refusal("date = \"2026-04-16\"", "date = 5") ==
          toml +
              "2, column 8\n  |\n2 | date = 5\n  |        ^\n"
              "invalid type: integer `5`, expected a string\n");
    CHECK(refusal("date = \"2026-04-16\"", "").starts_with(toml + "1, column 1\n"));
    CHECK(has(refusal("date = \"2026-04-16\"", ""), "missing field `date`\n"));
    CHECK(refusal("date = \"2026-04-16\"", "date = \"2026").starts_with(toml + "2, column "));
    CHECK(has(refusal("[pkg.cargo]\nversion = \"1\"", "[pkg.cargo]"),
              "| [pkg.cargo]\n  | ^^^^^^^^^^^\nmissing field `version`\n"));
    CHECK(has(refusal("available = true", "available = 1"),
              "invalid type: integer `1`, expected a boolean"));
    CHECK(has(refusal("minimal =", "bogus ="),
              "| ^^^^^\nunknown variant `bogus`, expected one of "
              "`minimal`, `default`, `complete`\n"));
    CHECK(has(refusal("to = \"rls-preview\"", ""), "missing field `to`"));
    CHECK(has(refusal("minimal = [\"rustc\"]", "minimal = [1]"), "expected a string"));
    CHECK(has(refusal("[renames.clippy]", "[renames]\nx = 3\n[renames.clippy]"), "expected a map"));
    CHECK(refusal("manifest-version = \"2\"", "manifest-version = 2").starts_with(toml));
}

TEST_CASE("names and versions without a line's form are refused", "[manifest]") {
    const std::string place = kPrefix + "error parsing manifest: control character in ";
    CHECK(refusal("1.95.0 (59807616e", "1.95.0\\u001B[2J (59807616e")
              .starts_with(place + "'1.95.0?[2J (59807616e"));
    CHECK(refusal("date = \"2026-04-16\"", "date = \"2026\\nerror: no\"") ==
          place + "'2026?error: no'");
    CHECK(refusal("date = \"2026-04-16\"", "date = \"2026\xC2\x9B\"") == place + "'2026?'");
    CHECK(has(refusal("manifest-version = \"2\"", "manifest-version = \"3\\n\""),
              "unknown variant `3?`"));
}

TEST_CASE("a manifest may not offer what it has no package for", "[manifest]") {
    const std::string broken = kPrefix + "server sent a broken manifest: missing package for ";
    CHECK(refusal("{ pkg = \"rls-preview\"", "{ pkg = \"nix\"") ==
          broken + "component nix: package not found: 'nix'");
    CHECK(refusal("{ pkg = \"rls-preview\", target = \"" + kHost,
                  "{ pkg = \"rls-preview\", target = \"a")
              .starts_with(broken + "component rls: target 'a' not found in channel.  Perhaps "));
    CHECK(refusal("{ pkg = \"rls-preview\", target = \"" + kHost,
                  "{ pkg = \"rls-preview\", target = \"*") ==
          broken + "component rls: no target specified");
    CHECK(refusal("to = \"rls-preview\"", "to = \"nix\"") == broken + "the target of a rename nix");
    CHECK(refusal("to = \"rls-preview\"", "to = \"nix\"").find("error parsing") ==
          std::string::npos);
}

TEST_CASE("bad bytes of a manifest are errors of corruption", "[manifest]") {
    std::string deep = "a";
    for (int i = 0; i < 500'000; ++i) deep += ".a";
    for (const std::string& text :
         {std::string(), std::string("\0", 1), std::string("\xff\xfe"), std::string("[[[[[["),
          std::string("a = '''"), std::string("a = \"\\"), std::string("= 1"), deep + " = 1",
          "[" + deep + "]", std::string(100'000, '['), "a = " + std::string(100'000, '['),
          "a = " + std::string(100'000, '{'), std::string("a = 1\na = 2"),
          std::string("a = 99999999999999999999"), std::string("pkg = 3"), std::string("\"\"\"")}) {
        CAPTURE(text.substr(0, 20));
        try {
            parse_manifest(text, "/m");
            FAIL("accepted");
        } catch (const latchkey::Error& e) {
            CHECK(e.code() == latchkey::Errc::corrupt);
        }
    }
}

TEST_CASE("a character that is no blank beside a bare key is refused", "[manifest]") {
    // toml++ 3.3 calls some of them unreachable: undefined behaviour, which its sanitizer tells.
    for (const std::string& text :
         {std::string("a\u00e9 = 1\n"), std::string("a\u0499"), std::string("a\u2c5e"),
          std::string("a\u3001 = 1\n"), std::string("a\ufd75[]\n"), std::string("[\ufb26]\n")}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(parse_manifest(text, "/m"),
                          Catch::Contains("TOML parse error at line 1"));
    }
}

TEST_CASE("what a manifest says beyond the format is ignored", "[manifest]") {
    const auto text = ExampleManifest().text() + "[artifacts.installer-msi.target.t]\nx = 1\n";
    const auto more = latchkey::replace_all(text, "version = \"1\"",
                                            "version = \"1\"\ngit_commit_hash = \"abc\"");
    CHECK(parse_manifest(more, "/m") == ExampleManifest().parse());
}

TEST_CASE("any difference of two manifests counts, the order of tables does not", "[manifest]") {
    const auto m = ExampleManifest().parse();
    ExampleManifest other;
    other.date = "2026-04-17";
    CHECK_FALSE(other.parse() == m);
    other = {};
    other.unavailable = {{"rls-preview", kHost}};
    CHECK_FALSE(other.parse() == m);
    other = {};
    std::swap(other.renames, other.profiles);
    other.profiles = "minimal = []\n";
    other.renames.clear();
    CHECK_FALSE(other.parse() == m);
    CHECK(parse_manifest(ExampleManifest().text(), "/elsewhere") == m);
}

TEST_CASE("the installed copy parses back to an equal manifest", "[manifest]") {
    ExampleManifest example;
    example.unavailable = {{"rls-preview", kHost}};
    auto m = example.parse();
    CHECK(parse_manifest(serialise(m), "/m") == m);
    CHECK(serialise(parse_manifest(serialise(m), "/m")) == serialise(m));
    m.packages["odd.name \"\\ $"].version = "a b\"ü";
    m.packages[""].version = "";
    m.renames["x y"] = "rustc";
    m.profiles.clear();
    CHECK(parse_manifest(serialise(m), "/m") == m);
    CHECK(parse_manifest(serialise(Manifest{}), "/m") == Manifest{});
}

TEST_CASE("a part that calls itself an extension survives the installed copy", "[manifest]") {
    const auto text = latchkey::replace_all(
        ExampleManifest().text(), "{ pkg = \"rustc\", target = \"" + kHost + "\" }",
        "{ pkg = \"rustc\", target = \"" + kHost + "\", is_extension = true }");
    const auto m = parse_manifest(text, "/m");
    CHECK(m.components_for(kHost).size() == 7);
    CHECK(parse_manifest(serialise(m), "/m") == m);
}

TEST_CASE("the installed copy looks like rustup's", "[manifest]") {
    const auto m = parse_manifest(
        "manifest-version = \"2\"\ndate = \"2026-04-16\"\n"
        "[pkg.a]\nversion = \"1\"\n[pkg.a.target.\"*\"]\navailable = true\n"
        "url = \"g\"\nhash = \"2\"\nxz_url = \"x\"\nxz_hash = \"3\"\n"
        "[pkg.rust]\nversion = \"2\"\n[pkg.rust.target.t]\navailable = false\n"
        "components = [{pkg = \"a\", target = \"*\"}]\n"
        "[renames.b]\nto = \"a\"\n[profiles]\nminimal = [\"a\", \"b\"]\n",
        "/m");
    CHECK(serialise(m) ==
          "manifest-version = \"2\"\n"
          "date = \"2026-04-16\"\n"
          "\n"
          "[pkg.a]\n"
          "version = \"1\"\n"
          "\n"
          "[pkg.a.target.\"*\"]\n"
          "available = true\n"
          "url = \"g\"\n"
          "hash = \"2\"\n"
          "xz_url = \"x\"\n"
          "xz_hash = \"3\"\n"
          "components = []\n"
          "extensions = []\n"
          "\n"
          "[pkg.rust]\n"
          "version = \"2\"\n"
          "\n"
          "[pkg.rust.target.t]\n"
          "available = false\n"
          "extensions = []\n"
          "\n"
          "[[pkg.rust.target.t.components]]\n"
          "pkg = \"a\"\n"
          "target = \"*\"\n"
          "is_extension = false\n"
          "\n"
          "[renames.b]\n"
          "to = \"a\"\n"
          "\n"
          "[profiles]\n"
          "minimal = [\"a\", \"b\"]\n");
}

TEST_CASE("a real manifest is read in time, and its copy is rustup's byte for byte", "[manifest]") {
    for (const auto& [toolchain, text] : latchkey::test::real_manifests()) {
        CAPTURE(toolchain, text.size());
        // In turn with the TOML parser alone, by the processor's time: machines differ, and one
        // machine differs from itself, but what is ours stays in proportion.
        double best_ms = 1e9;
        double parser_ms = 1e9;
        Manifest m;
        for (int i = 0; i < 5; ++i) {
            best_ms = std::min(best_ms, cpu_ms([&] { m = parse_manifest(text, "/m"); }));
            parser_ms = std::min(parser_ms, cpu_ms([&] { (void)toml::parse(text); }));
        }
#ifdef NDEBUG
        CAPTURE(best_ms, parser_ms);
        CHECK(best_ms < 0.5 * parser_ms);
#endif
        CHECK(m.rust_version());
        const auto copy = serialise(m);
        CHECK((copy == text));
        CHECK((parse_manifest(copy, "/m") == m));
    }
}

TEST_CASE("a manifest read for one target leaves out what rust has on other hosts", "[manifest]") {
    ExampleManifest example;
    Manifest whole = example.parse();
    whole.packages.at("rust").targets["other-host"] =
        whole.packages.at("rust").targets.at(std::string(kHost));
    const std::string text = serialise(whole);
    REQUIRE(parse_manifest(text, "/m") == whole);

    Manifest part = parse_manifest_for(kHost, text, "/m");
    CHECK(part.packages.at("rust").targets.at("other-host").components.empty());
    part.packages.at("rust").targets.at("other-host").components =
        whole.packages.at("rust").targets.at("other-host").components;
    CHECK(part == whole);  // Nothing else is missing.
}

TEST_CASE("a manifest read for one target is read whole if its shape is not the written one",
          "[manifest]") {
    const std::string text = ExampleManifest().text() + "# odd\n";
    CHECK(parse_manifest_for("other-host", text, "/m") == parse_manifest(text, "/m"));
    CHECK(error_of([] { (void)parse_manifest_for("other-host", "odd", "/m"); }) ==
          error_of([] { (void)parse_manifest("odd", "/m"); }));
}
