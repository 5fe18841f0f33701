#include "latchkey/config/toolchain_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;
using latchkey::test::TempDir;
using Strings = std::vector<std::string>;

namespace {

constexpr const char* kEmpty =
    "could not parse override file: '/f': empty toolchain override file detected. Please remove "
    "it, or else specify the desired toolchain properties in the file";

ToolchainFile parse_plain(const std::string& text) {
    return parse_toolchain_file({"/f", text, true, std::nullopt});
}

ToolchainFile parse_toml(const std::string& text) {
    return parse_toolchain_file({"/f", text, false, std::nullopt});
}

std::string plain_error(const std::string& text) {
    return error_text([&] { parse_plain(text); });
}

std::string toml_error(const std::string& text) {
    return error_text([&] { parse_toml(text); });
}

}  // namespace

TEST_CASE("a single line in rust-toolchain is a name or an absolute path", "[config]") {
    CHECK(parse_plain("stable").channel == "stable");
    CHECK(parse_plain("  stable \r\n").channel == "stable");
    CHECK(parse_plain("/opt/tc\n").toolchain_path == "/opt/tc");
    CHECK(parse_plain("/opt/tc\n").channel == std::nullopt);
    CHECK(parse_plain("[toolchain]").channel == "[toolchain]");
    CHECK(parse_plain("stable").path == "/f");
}

TEST_CASE("several lines in rust-toolchain are TOML", "[config]") {
    CHECK(parse_plain("[toolchain]\r\nchannel = \"1.95\"\r\n").channel == "1.95");
    CHECK_THAT(plain_error("stable\n\n"),
               Catch::StartsWith("could not parse override file: '/f': error parsing override "
                                 "file: TOML parse error at line 1, column 7\n"));
}

TEST_CASE("one line in rust-toolchain.toml is TOML all the same", "[config]") {
    CHECK(parse_toml("toolchain = { channel = \"beta\" }").channel == "beta");
    CHECK_THAT(toml_error("stable"),
               Catch::StartsWith("could not parse override file: '/f': error parsing override "
                                 "file: TOML parse error at line 1"));
}

TEST_CASE("an empty toolchain file is refused", "[config]") {
    CHECK(plain_error("") == kEmpty);
    CHECK(plain_error("\n") == kEmpty);
    CHECK(plain_error(" \n") == kEmpty);
    CHECK(toml_error("") == kEmpty);
    const std::string missing =
        "could not parse override file: '/f': error parsing override file: TOML parse error at "
        "line 1, column 1\n  |\n1 |  \n  | ^\nmissing field `toolchain`\n";
    CHECK(toml_error(" \n") == missing);
    CHECK(plain_error(" \n\n") == missing);
}

TEST_CASE("every key of a toolchain file is read, and no other", "[config]") {
    const ToolchainFile file = parse_toml(
        "[toolchain]\nchannel = \"nightly\"\npath = \"/x\"\ncomponents = [\"rustfmt\", \"c\"]\n"
        "targets = []\nprofile = \"minimal\"\nnews = 1\n[more]\n");
    CHECK(file ==
          ToolchainFile{"/f", "nightly", "/x", Strings{"rustfmt", "c"}, Strings{}, "minimal"});
}

TEST_CASE("a toolchain file must say something", "[config]") {
    const std::string nothing =
        "could not parse override file: '/f': missing toolchain properties in toolchain override "
        "file";
    CHECK(toml_error("[toolchain]\n") == nothing);
    CHECK(toml_error("[toolchain]\nprofile = \"minimal\"\n") == nothing);
    CHECK(toml_error("[toolchain]\ncomponents = []\n") == "no error");
    CHECK(toml_error("[toolchain]\ntargets = []\n") == "no error");
    CHECK(toml_error("[toolchain]\npath = \"/x\"\n") == "no error");
}

TEST_CASE("wrong types in a toolchain file are refused with place and line", "[config]") {
    const std::string prefix = "could not parse override file: '/f': error parsing override file: ";
    CHECK(toml_error("[toolchain]\nchannel=5\n") ==
          prefix +
              "TOML parse error at line 2, column 9\n  |\n2 | channel=5\n  |         ^\n"
              "invalid type: integer `5`, expected a string\n");
    CHECK(toml_error("[toolchain]\ncomponents=\"a\"\n") ==
          prefix +
              "TOML parse error at line 2, column 12\n  |\n2 | components=\"a\"\n"
              "  |            ^^^\ninvalid type: string \"a\", expected a sequence\n");
    CHECK(toml_error("[toolchain]\ncomponents=[\"a\", 5]\n") ==
          prefix +
              "TOML parse error at line 2, column 18\n  |\n2 | components=[\"a\", 5]\n"
              "  |                  ^\ninvalid type: integer `5`, expected a string\n");
    CHECK(toml_error("toolchain=1\n") ==
          prefix +
              "TOML parse error at line 1, column 11\n  |\n1 | toolchain=1\n"
              "  |           ^\ninvalid type: integer `1`, expected struct ToolchainSection\n");
    CHECK(toml_error("a=1\n") == prefix +
                                     "TOML parse error at line 1, column 1\n  |\n1 | a=1\n  | ^\n"
                                     "missing field `toolchain`\n");
}

TEST_CASE("rust-toolchain comes before rust-toolchain.toml, with a warning", "[config]") {
    TempDir dir;
    CHECK_FALSE(find_toolchain_file(dir.path()));
    dir.write("rust-toolchain.toml", "t");
    const auto alone = find_toolchain_file(dir.path());
    REQUIRE(alone);
    CHECK(alone->path == dir / "rust-toolchain.toml");
    CHECK_FALSE(alone->may_be_legacy);
    CHECK_FALSE(alone->warning());

    dir.write("rust-toolchain", "p");
    REQUIRE(platform::make_link(dir.path(), dir / "link"));
    const auto both = find_toolchain_file(dir / "link");
    REQUIRE(both);
    CHECK(both->path == dir / "link/rust-toolchain");
    CHECK(both->text == "p");
    CHECK(both->may_be_legacy);
    CHECK(both->warning() == "both " + dir / "rust-toolchain" + " and " +
                                 dir / "rust-toolchain.toml" + " exist; using contents of " +
                                 dir / "rust-toolchain");
}

TEST_CASE("a toolchain file that cannot be read is passed over", "[config]") {
    TempDir dir;
    dir.make("rust-toolchain");
    CHECK_FALSE(find_toolchain_file(dir.path()));
    dir.write("rust-toolchain.toml", "\xFF");
    CHECK_FALSE(find_toolchain_file(dir.path()));
    dir.write("rust-toolchain.toml", "t");
    CHECK(find_toolchain_file(dir.path())->text == "t");
    CHECK_FALSE(find_toolchain_file(dir / "gone"));
}

TEST_CASE("a pipe or a device in a toolchain file's place is passed over at once", "[config]") {
    TempDir dir;
    REQUIRE(::mkfifo((dir / "rust-toolchain").c_str(), 0600) == 0);
    platform::make_link("/dev/zero", dir / "rust-toolchain.toml");
    CHECK_FALSE(find_toolchain_file(dir.path()));
    const platform::Fd writer = platform::open_file(dir / "rust-toolchain", O_RDWR);
    CHECK_FALSE(find_toolchain_file(dir.path()));
    platform::remove_file(dir / "rust-toolchain.toml");
    dir.write("rust-toolchain.toml", "t");
    CHECK(find_toolchain_file(dir.path())->text == "t");
}

TEST_CASE("a toolchain file that is no UTF-8 is passed over with a warning", "[config]") {
    using namespace std::string_literals;
    const auto [text, kind] = GENERATE(table<std::string, std::string>(
        {{"\xFF\xFEn\0i\0"s, "UTF-16"},
         {"\xFE\xFF\0n\0i"s, "UTF-16"},
         {"n\0i\0"s, "UTF-16"},
         {"[toolchain] # caf\xE9\nchannel='beta'\n", "not UTF-8"}}));
    const std::string name = GENERATE("rust-toolchain", "rust-toolchain.toml");
    TempDir dir;
    dir.write(name, text);
    std::string said;
    CHECK_FALSE(find_toolchain_file(dir.path(), [&](const std::string& each) { said += each; }));
    CHECK(said == "ignoring '" + dir / name + "', which is " + kind + ": save it as UTF-8");
}

TEST_CASE("marks and blanks do not hide a toolchain's name", "[config]") {
    TempDir dir;
    const std::string text = GENERATE("\xEF\xBB\xBFnightly\n", "nightly\u00A0\n",
                                      "\u2003nightly\u3000", "\u2028 \u0085nightly\t\u205F\r\n",
                                      "\xEF\xBB\xBF[toolchain]\r\nchannel = \"nightly\"\r\n");
    dir.write("rust-toolchain", text);
    CHECK(parse_toolchain_file(*find_toolchain_file(dir.path())).channel == "nightly");
    CHECK(plain_error("\u3000\n") == kEmpty);
}
