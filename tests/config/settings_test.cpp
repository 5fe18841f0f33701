#include "latchkey/config/settings.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;

namespace {

std::string error_of(const std::string& text) {
    return error_text([&] { parse_settings(text); });
}

}  // namespace

TEST_CASE("the defaults are written as a version and an empty table", "[config]") {
    CHECK(serialise(Settings()) == "version = \"12\"\n\n[overrides]\n");
}

TEST_CASE("settings are written in rustup's order and read back as they were", "[config]") {
    Settings settings;
    settings.default_host = "x86_64-unknown-linux-gnu";
    settings.default_toolchain = "stable-x86_64-unknown-linux-gnu";
    settings.profile = dist::Profile::minimal;
    settings.pgp_keys = "/keys";
    settings.auto_self_update = SelfUpdateMode::check_only;
    settings.auto_install = false;
    settings.release_hint = true;
    settings.overrides = {{"/b", "beta"}, {"/a", "my-build"}};
    const std::string text = serialise(settings);
    CHECK(text ==
          "version = \"12\"\n"
          "default_host_tuple = \"x86_64-unknown-linux-gnu\"\n"
          "default_toolchain = \"stable-x86_64-unknown-linux-gnu\"\n"
          "profile = \"minimal\"\n"
          "pgp_keys = \"/keys\"\n"
          "auto_self_update = \"check-only\"\n"
          "auto_install = \"disable\"\n"
          "release_hint = \"enable\"\n"
          "\n"
          "[overrides]\n"
          "\"/a\" = \"my-build\"\n"
          "\"/b\" = \"beta\"\n");
    CHECK(parse_settings(text) == settings);
}

TEST_CASE("every word of every setting is understood", "[config]") {
    const auto with = [](const std::string& line) {
        return parse_settings("version = \"12\"\n" + line);
    };
    CHECK(with("profile = \"minimal\"").profile == dist::Profile::minimal);
    CHECK(with("profile = \"default\"").profile == dist::Profile::default_);
    CHECK(with("profile = \"complete\"").profile == dist::Profile::complete);
    CHECK(with("auto_self_update = \"enable\"").auto_self_update == SelfUpdateMode::enable);
    CHECK(with("auto_self_update = \"disable\"").auto_self_update == SelfUpdateMode::disable);
    CHECK(with("auto_self_update = \"check-only\"").auto_self_update == SelfUpdateMode::check_only);
    CHECK(with("auto_install = \"enable\"").auto_install == true);
    CHECK(with("auto_install = \"disable\"").auto_install == false);
    CHECK(with("release_hint = \"enable\"").release_hint == true);
    CHECK(with("release_hint = \"disable\"").release_hint == false);
    CHECK(with("") == Settings());
}

// Upstream: deserialize_default_host_tuple, deserialize_default_host_triple.
TEST_CASE("the default host is read and written under either name", "[config]") {
    const Settings newer = parse_settings("version = \"12\"\ndefault_host_tuple = \"a\"\n");
    CHECK(newer.default_host == "a");
    CHECK(serialise(newer) == "version = \"12\"\ndefault_host_tuple = \"a\"\n\n[overrides]\n");
    Settings older = parse_settings("version = \"12\"\ndefault_host_triple = \"a\"\n");
    CHECK(older.default_host == "a");
    older.default_host = "b";
    CHECK(serialise(older) == "version = \"12\"\ndefault_host_triple = \"b\"\n\n[overrides]\n");
}

TEST_CASE("both names of the default host are one too many", "[config]") {
    const std::string both = "default_host_triple = \"a\"\ndefault_host_tuple = \"a\"\n";
    CHECK(error_of("version = \"12\"\n" + both) ==
          "TOML parse error at line 1, column 1\n  |\n1 | version = \"12\"\n  | ^^^^^^^^^^^^^^\n"
          "duplicate field `default_host_tuple`\n");
    CHECK(error_of("\n" + both) ==
          "TOML parse error at line 1, column 1\n  |\n1 | \n  | ^\n"
          "duplicate field `default_host_tuple`\n");
}

TEST_CASE("odd directories survive as keys, quoted as rustup quotes them", "[config]") {
    Settings settings;
    for (const char* key : {"", "/\x01", "/b\\x", "/n\nx", "/q\"'x", "/q\"x", "/sq'x", "/t\tx",
                            "/\xC3\xA4", "bare", "/del\x7F"}) {
        settings.overrides[key] = "c";
    }
    const std::string text = serialise(settings);
    CHECK(text ==
          "version = \"12\"\n\n[overrides]\n"
          "\"\" = \"c\"\n"
          "\"/\\u0001\" = \"c\"\n"
          "'/b\\x' = \"c\"\n"
          "\"/del\\u007F\" = \"c\"\n"
          "\"/n\\nx\" = \"c\"\n"
          "\"/q\\\"'x\" = \"c\"\n"
          "'/q\"x' = \"c\"\n"
          "\"/sq'x\" = \"c\"\n"
          "\"/t\\tx\" = \"c\"\n"
          "\"/\xC3\xA4\" = \"c\"\n"
          "bare = \"c\"\n");
    CHECK(parse_settings(text) == settings);
}

TEST_CASE("what another version wrote is kept", "[config]") {
    const Settings settings = parse_settings(
        "version = \"12\"\n"
        "later = \"x\"\n"
        "numbers = [1, -2.5, 3.0, inf, true, \"q\\\"\", 'b\\c']\n"
        "dates = [1979-05-27, 07:32:00.5, 1979-05-27T07:32:00Z, 1979-05-27T07:32:00-08:30]\n"
        "[other]\n"
        "\"odd key\" = { a = {} }\n"
        "[[other.list]]\n"
        "x = 1\n"
        "[overrides]\n"
        "\"/a\" = \"b\"\n");
    CHECK(serialise(settings) ==
          "version = \"12\"\n"
          "dates = [1979-05-27, 07:32:00.500000000, 1979-05-27T07:32:00Z, "
          "1979-05-27T07:32:00-08:30]\n"
          "later = \"x\"\n"
          "numbers = [1, -2.5, 3.0, inf, true, 'q\"', 'b\\c']\n"
          "other = { list = [{ x = 1 }], \"odd key\" = { a = {} } }\n"
          "\n"
          "[overrides]\n"
          "\"/a\" = \"b\"\n");
    CHECK(parse_settings(serialise(settings)) == settings);
}

TEST_CASE("wrong settings are refused with place and line", "[config]") {
    CHECK(error_of("") ==
          "TOML parse error at line 1, column 1\n  |\n1 | \n  | ^\nmissing field `version`\n");
    CHECK(error_of("version = \"12\"\nprofile = \"x\"\n") ==
          "TOML parse error at line 2, column 11\n  |\n2 | profile = \"x\"\n  |           ^^^\n"
          "unknown variant `x`, expected one of `minimal`, `default`, `complete`\n");
    CHECK(error_of("version = \"13\"\n") ==
          "TOML parse error at line 1, column 11\n  |\n1 | version = \"13\"\n"
          "  |           ^^^^\nunknown variant `13`, expected `2` or `12`\n");
    CHECK(error_of("version = 12\n") ==
          "TOML parse error at line 1, column 11\n  |\n1 | version = 12\n"
          "  |           ^^\nwanted string or table\n");
    CHECK(error_of("version = \"12\"\n[overrides]\n\"/a\" = 5\n") ==
          "TOML parse error at line 3, column 8\n  |\n3 | \"/a\" = 5\n  |        ^\n"
          "invalid type: integer `5`, expected a string\n");
    CHECK(error_of("version = \"12\"\noverrides = 3\n") ==
          "TOML parse error at line 2, column 13\n  |\n2 | overrides = 3\n  |             ^\n"
          "invalid type: integer `3`, expected a map\n");
    CHECK(error_of("version = \"12\"\nauto_install = \"x\"\n") ==
          "TOML parse error at line 2, column 16\n  |\n2 | auto_install = \"x\"\n"
          "  |                ^^^\nunknown variant `x`, expected `enable` or `disable`\n");
    CHECK(error_of("version = \"12\"\nauto_self_update = \"x\"\n") ==
          "TOML parse error at line 2, column 20\n  |\n2 | auto_self_update = \"x\"\n"
          "  |                    ^^^\n"
          "unknown variant `x`, expected one of `enable`, `disable`, `check-only`\n");
    CHECK(error_of("version = \"12\"\npgp_keys = true\n") ==
          "TOML parse error at line 2, column 12\n  |\n2 | pgp_keys = true\n"
          "  |            ^^^^\ninvalid type: boolean `true`, expected a string\n");
    CHECK(error_of("version = \"12\"\nprofile = [\"minimal\"]") ==
          "TOML parse error at line 2, column 11\n  |\n2 | profile = [\"minimal\"]\n"
          "  |           ^^^^^^^^^^^\nwanted string or table\n");
    CHECK(error_of("version = [\"12\",\n2]\n") ==
          "TOML parse error at line 1, column 11\n  |\n1 | version = [\"12\",\n"
          "  |           ^^^^^^\nwanted string or table\n");
    for (const auto& [value, shown] :
         {std::pair("1.0", "1.0"), {"1e3", "1000.0"}, {"nan", "NaN"}, {"-1.5", "-1.5"}}) {
        CHECK_THAT(error_of("version = \"12\"\npgp_keys = " + std::string(value)),
                   Catch::EndsWith("\ninvalid type: floating point `" + std::string(shown) +
                                   "`, expected a string\n"));
    }
}

TEST_CASE("slips of the hand are called what rustup calls them", "[config]") {
    const std::string first = "TOML parse error at line 1, column ";
    CHECK(error_of("a = \n") == first +
                                    "5\n  |\n1 | a = \n  |     ^\n"
                                    "string values must be quoted, expected literal string\n");
    CHECK(error_of("version = \"12\n") == first +
                                              "14\n  |\n1 | version = \"12\n"
                                              "  |              ^\n"
                                              "invalid basic string, expected `\"`\n");
    const auto cause_of = [](const std::string& text) {
        const std::string error = error_of(text);
        const std::size_t end = error.size() - 1;
        return error.substr(error.rfind('\n', end - 1) + 1, end - error.rfind('\n', end - 1) - 1);
    };
    CHECK(cause_of("a = b\n") == "string values must be quoted, expected literal string");
    CHECK(cause_of("stable") == "key with no value, expected `=`");
    CHECK(cause_of("stable\n") == "key with no value, expected `=`");
    CHECK(cause_of("a = 'b\n") == "invalid literal string, expected `'`");
    CHECK(cause_of("[a\n") == "unclosed table, expected `]`");
    CHECK(cause_of("a = [1 2]\n") == "missing comma between array elements, expected `,`");
    CHECK(cause_of("a = [1\n") == "unclosed array, expected `]`");
    CHECK(cause_of("a = {b = 1\n") == "unclosed inline table, expected `}`");
    CHECK(cause_of("a = 'b' c\n") == "unexpected key or value, expected newline, `#`");
    CHECK(cause_of("a = 1\na = 2\n") == "duplicate key");
    CHECK(cause_of("a = 0x\n") != "");
}

TEST_CASE("the system's settings speak of the default toolchain only", "[config]") {
    CHECK(parse_fallback_settings("default_toolchain = \"stable\"\nprofile = 3\n") == "stable");
    CHECK(parse_fallback_settings("") == std::nullopt);
    CHECK(error_text([] { parse_fallback_settings("default_toolchain=3\n"); }) ==
          "TOML parse error at line 1, column 19\n  |\n1 | default_toolchain=3\n"
          "  |                   ^\ninvalid type: integer `3`, expected a string\n");
}

TEST_CASE("a key that leads deeper than any stack is refused", "[config]") {
    std::string key = "a";
    for (int i = 0; i < 100'000; ++i) key += ".a";
    CHECK_THAT(error_of("version = \"12\"\n" + key + " = 1\n"),
               Catch::Contains("TOML parse error at line 2, column 1") &&
                   Catch::Contains("a key has too many parts"));
    CHECK(error_of("version = \"12\"\n[overrides]\n\"/a." + std::string(100, '.') +
                   "\" = \"beta\"\n") == "no error");
}

TEST_CASE("what could not be read again once it is written is refused", "[config]") {
    // Dotted keys are written as inline tables, which count as nested where keys do not.
    const std::string start = "version = \"12\"\n";
    const std::string lists = std::string(60, '[') + std::string(60, ']') + "\n";
    const Settings settings = parse_settings(start + "a.b.c = " + lists);
    CHECK(parse_settings(serialise(settings)) == settings);
    const std::string more = std::string(250, '[') + std::string(250, ']') + "\n";
    CHECK_THAT(error_of(start + "a.b.c.d.e.f.g.h = " + more),
               Catch::Contains("a value nests deeper than any file needs"));
    std::string tables = "1";
    for (int i = 0; i < 200; ++i) tables = "{ a.b.c.d.e.f.g.h.i.j.k.l = " + tables + " }";
    CHECK_THAT(error_of(start + "[x]\ny = " + tables + "\n"),
               Catch::Contains("a value nests deeper than any file needs"));
}

TEST_CASE("overrides are the same in whatever form of TOML", "[config]") {
    const std::string head = "version = \"12\"\nprofile = \"minimal\"\n";
    const std::string wanted = "\n[overrides]\n\"/a \u00e9\" = \"stable\"\n'/b\"' = \"x\"\n";
    const std::string same =
        GENERATE("\n[overrides]\n'/b\"' = 'x'\n\"/a \u00e9\" = \"stable\"\n",         // Unsorted.
                 "\n[overrides]\n\"/a \\u00e9\" = \"stable\"\n\"/b\\\"\" = \"x\"\n",  // Escapes.
                 "\n[overrides]\r\n\"/a \u00e9\"=\"stable\"\r\n'/b\"' = \"x\"\r\n",
                 "\n[overrides] # mine\n\"/a \u00e9\" = \"stable\" # too\n\n'/b\"' = \"x\"",
                 "\n[overrides]\n\"/a \u00e9\" = \"stable\"\n'/b\"' = \"\"\"\nx\"\"\"\n",
                 "overrides = { \"/a \u00e9\" = \"stable\", '/b\"' = \"x\" }\n");
    const Settings settings = parse_settings(head + wanted);
    CHECK(settings.overrides ==
          std::map<std::string, std::string>{{"/a \u00e9", "stable"}, {"/b\"", "x"}});
    CHECK(settings.profile == dist::Profile::minimal);
    CHECK(parse_settings(head + same) == settings);
}

TEST_CASE("what is behind or within the overrides is read as TOML", "[config]") {
    const Settings more =
        parse_settings("version = \"12\"\n\n[overrides]\n\"/a\" = \"stable\"\n\n[mine]\nx = 1\n");
    CHECK(more.overrides.size() == 1);
    CHECK(more.unknown.contains("mine"));
    CHECK(parse_settings("version = \"12\"\nx = \"\"\"\n[overrides]\n\"\"\"\n").overrides.empty());
    for (const char* wrong : {"\"/a\" = \"x\"\n\"/a\" = \"y\"\n", "\"/a\" = 1\n", "\"/a = \"x\"\n",
                              "\"/a\nb\" = \"x\"\n", "\"/a\" = \"x\ty\x01\"\n"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(parse_settings(std::string("version = \"12\"\n\n[overrides]\n") + wrong),
                        Error);
    }
    CHECK_THROWS_AS(parse_settings("\n[overrides]\n\"/a\" = \"x\"\n"), Error);
    CHECK_THROWS_AS(parse_settings("version = \"12\"\noverrides = {}\n[overrides]\n"), Error);
}

TEST_CASE("safe directories are a list, which is left out if it is empty", "[config]") {
    Settings settings;
    CHECK(serialise(settings).find("safe") == std::string::npos);
    settings.safe_directories = {"/srv/a \"b\"", "/*", "*"};
    CHECK(parse_settings(serialise(settings)) == settings);
    CHECK(serialise(settings).find("safe_directories = [") != std::string::npos);
    CHECK(error_text([] {
              parse_settings("version = \"12\"\nsafe_directories = \"*\"\n");
          }).find("expected a sequence") != std::string::npos);
}

TEST_CASE("what is Latchkey's own has one line a key, before what is unknown", "[config]") {
    Settings settings;
    settings.use_installed = true;
    settings.components = dist::parse_component_wishes("+rust-src,-rust-docs");
    settings.aliases = {{"msrv", "1.80"}, {"odd name", "my \"build\""}};
    settings.unknown = {{"x", "1"}};
    const std::string text = serialise(settings);
    CHECK(text ==
          "version = \"12\"\n"
          "latchkey_use_installed = \"enable\"\n"
          "latchkey_components = \"+rust-src,-rust-docs\"\n"
          "latchkey_aliases = { msrv = \"1.80\", \"odd name\" = 'my \"build\"' }\n"
          "x = 1\n\n[overrides]\n");
    CHECK(parse_settings(text) == settings);
}

TEST_CASE("an alias stands for its toolchain, and any other name for itself", "[config]") {
    Settings settings;
    settings.aliases = {{"msrv", "1.80"}, {"twice", "msrv"}};
    CHECK(settings.real_name("msrv") == "1.80");
    CHECK(settings.real_name("twice") == "msrv");  // One level, whatever a hand wrote.
    CHECK(settings.real_name("stable") == "stable");
}

TEST_CASE("wrong values of Latchkey's own settings are refused by name", "[config]") {
    const std::string begin = "version = \"12\"\n";
    CHECK(
        error_of(begin + "latchkey_use_installed = \"maybe\"\n").find("unknown variant `maybe`") !=
        std::string::npos);
    CHECK(error_of(begin + "latchkey_components = \"clippy\"\n")
              .starts_with("in 'latchkey_components': invalid component 'clippy'"));
    CHECK(error_of(begin + "latchkey_aliases = { msrv = 1 }\n").find("expected a string") !=
          std::string::npos);
}
