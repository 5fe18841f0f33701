#include "latchkey/config/variables.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/system.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;

namespace {

Variables with(std::map<std::string, std::string> variables) {
    variables.emplace("HOME", "/home/me");
    return load_variables(platform::Environment(std::move(variables)), "/work");
}

}  // namespace

TEST_CASE("the homes are below the user's, unless said otherwise", "[config]") {
    const Variables plain = with({});
    CHECK(plain.home == "/home/me");
    CHECK(plain.rustup_home.root() == "/home/me/.rustup");
    CHECK(plain.cargo_home == "/home/me/.cargo");

    const Variables given = with({{"RUSTUP_HOME", "/r"}, {"CARGO_HOME", "/c/"}});
    CHECK(given.rustup_home.root() == "/r");
    CHECK(given.cargo_home == "/c/");

    CHECK(with({{"RUSTUP_HOME", "x/../y"}}).rustup_home.root() == "/work/x/../y");
    CHECK(with({{"CARGO_HOME", "c"}}).cargo_home == "/work/c");
    CHECK(with({{"RUSTUP_HOME", ""}}).rustup_home.root() == "/home/me/.rustup");
    CHECK(with({{"HOME", "/"}}).rustup_home.root() == "/.rustup");
}

TEST_CASE("without HOME the password database knows the user's home", "[config]") {
    const auto home = platform::find_home_of_user();
    const platform::Environment environment(std::map<std::string, std::string>{{"HOME", ""}});
    if (home) {
        CHECK(load_variables(environment, "/work").home == home);
    } else {
        CHECK(error_text([&] { load_variables(environment, "/work"); }) ==
              "failed to determine cargo home: could not find cargo home dir");
    }
}

TEST_CASE("RUSTUP_TOOLCHAIN is kept unless it is empty", "[config]") {
    CHECK(with({}).toolchain == std::nullopt);
    CHECK(with({{"RUSTUP_TOOLCHAIN", ""}}).toolchain == std::nullopt);
    CHECK(with({{"RUSTUP_TOOLCHAIN", "+x"}}).toolchain == "+x");
}

TEST_CASE("RUSTUP_TOOLCHAIN must be text", "[config]") {
    CHECK(error_text([] {
              with({{"RUSTUP_TOOLCHAIN", "a\xFF\"\\\n\t\x01\xC3\xA4"}});
          }) ==
          "environment variable was not valid unicode: \"a\\xFF\\\"\\\\\\n\\t\\u{1}\xC3\xA4\"");
}

TEST_CASE("RUSTUP_AUTO_INSTALL is off for 0, on for anything else", "[config]") {
    CHECK(with({}).auto_install == std::nullopt);
    CHECK(with({{"RUSTUP_AUTO_INSTALL", ""}}).auto_install == std::nullopt);
    CHECK(with({{"RUSTUP_AUTO_INSTALL", "0"}}).auto_install == false);
    CHECK(with({{"RUSTUP_AUTO_INSTALL", "1"}}).auto_install == true);
    CHECK(with({{"RUSTUP_AUTO_INSTALL", "no"}}).auto_install == true);
}

TEST_CASE("RUSTUP_USE_INSTALLED is 1, 0 or nothing, and anything else is named", "[config]") {
    CHECK(with({}).use_installed == std::nullopt);
    CHECK(with({{"RUSTUP_USE_INSTALLED", ""}}).use_installed == std::nullopt);
    CHECK(with({{"RUSTUP_USE_INSTALLED", "0"}}).use_installed == false);
    CHECK(with({{"RUSTUP_USE_INSTALLED", "1"}}).use_installed == true);
    CHECK(error_text([] {
              with({{"RUSTUP_USE_INSTALLED", "yes"}});
          }) ==
          "invalid value 'yes' for RUSTUP_USE_INSTALLED: set it to 1 to use installed toolchains "
          "in place of missing ones, or to 0 not to");
}

TEST_CASE("host and fallback settings can be replaced", "[config]") {
    CHECK(with({}).host_tuple == std::nullopt);
    CHECK(with({}).fallback_settings_path == "/etc/rustup/settings.toml");
    CHECK(with({{"RUSTUP_OVERRIDE_HOST_TRIPLE", "h"}}).host_tuple == "h");
    CHECK(with({{"RUSTUP_OVERRIDE_HOST_TRIPLE", "\xFF"}}).host_tuple == std::nullopt);
    CHECK(with({{"RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS", "/f"}}).fallback_settings_path == "/f");
}

TEST_CASE("the older name of the host's variable counts where the newer says nothing", "[config]") {
    const auto both = [](const std::string& newer) {
        return with({{"RUSTUP_OVERRIDE_HOST_TUPLE", newer}, {"RUSTUP_OVERRIDE_HOST_TRIPLE", "b"}})
            .host_tuple;
    };
    CHECK(both("a") == "a");
    CHECK(both("") == "b");
    CHECK(both("\xFF") == "b");
    CHECK(with({{"RUSTUP_OVERRIDE_HOST_TUPLE", "a"}}).host_tuple == "a");
}

TEST_CASE("a recursion count that is no number is none", "[config]") {
    CHECK(with({}).recursion_count == 0);
    CHECK(with({{"RUST_RECURSION_COUNT", "20"}}).recursion_count == 20);
    CHECK(with({{"RUST_RECURSION_COUNT", "x"}}).recursion_count == 0);
    CHECK(with({{"RUST_RECURSION_COUNT", "-1"}}).recursion_count == 0);
    CHECK(with({{"RUST_RECURSION_COUNT", "99999999999"}}).recursion_count == 0);
}

TEST_CASE("what trust hangs on is read strictly", "[config]") {
    CHECK_FALSE(with({}).untrusted);
    CHECK_FALSE(with({{"RUSTUP_UNTRUSTED", "0"}}).untrusted);
    CHECK(with({{"RUSTUP_UNTRUSTED", "1"}}).untrusted);
    CHECK(error_text([] {
              with({{"RUSTUP_UNTRUSTED", "true\xFF"}});
          }) == "invalid value 'true\uFFFD' of RUSTUP_UNTRUSTED: it is 0 or 1");

    CHECK_FALSE(with({}).safe_directories);
    using Directories = std::vector<std::string>;
    CHECK(with({{"RUSTUP_SAFE_DIRECTORIES", "/a::/b/*"}}).safe_directories ==
          Directories{"/a", "/b/*"});

    CHECK(with({{"SUDO_UID", "1000"}}).sudo_user == 1000);
    for (const char* odd : {"", "-1", "1000x", "4294967296"}) {
        CHECK_FALSE(with({{"SUDO_UID", odd}}).sudo_user);
    }
}
