#include "latchkey/config/change_variables.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::config;
using namespace std::chrono_literals;
using latchkey::test::error_text;

namespace {

using Map = std::map<std::string, std::string>;

platform::Environment environment(const char* name, const char* value) {
    return platform::Environment(Map{{name, value}});
}

ChangeVariables with(const Map& variables) {
    return parse_change_variables(platform::Environment(variables));
}

std::string timeout_error(const char* value) {
    return error_text(
        [&] { parse_download_timeout(environment("RUSTUP_DOWNLOAD_TIMEOUT", value)); });
}

std::string threads_error(const char* value) {
    return error_text([&] { parse_io_threads(environment("RUSTUP_IO_THREADS", value)); });
}

}  // namespace

TEST_CASE("without variables everything has rustup's default", "[config]") {
    const ChangeVariables plain = with({});
    CHECK(plain.server.dist_server == "https://static.rust-lang.org");
    CHECK(plain.server.dist_root == "https://static.rust-lang.org/dist");
    CHECK_FALSE(plain.server.staged);
    CHECK(plain.update_root == std::nullopt);
    CHECK(plain.self_update_version == std::nullopt);
    CHECK(plain.max_retries == 3);
    CHECK(plain.concurrent_downloads == std::nullopt);
    CHECK(plain.unpack_ram_bytes == std::nullopt);
    CHECK(plain.backtrack_limit == 21);
    CHECK_FALSE(plain.permit_copy_rename);
    CHECK(plain.lock_timeout == 0s);
    CHECK(plain.compression == Compression::automatic);
    CHECK(parse_download_timeout(platform::Environment()) == 180s);
    CHECK(parse_io_threads(platform::Environment()) == std::nullopt);
}

TEST_CASE("servers come from the environment", "[config]") {
    CHECK(with({{"RUSTUP_DIST_SERVER", "http://a"}, {"RUSTUP_DIST_ROOT", "http://b"}})
              .server.dist_root == "http://a/dist");
    CHECK(with({{"RUSTUP_DIST_SERVER", ""}, {"RUSTUP_DIST_ROOT", "http://b/dist"}})
              .server.dist_server == "http://b");
    CHECK(with({{"RUSTUP_STAGED_MANIFEST", "0"}}).server.staged);
    CHECK_FALSE(with({{"RUSTUP_STAGED_MANIFEST", ""}}).server.staged);
    CHECK(with({{"RUSTUP_UPDATE_ROOT", "http://u"}}).update_root == "http://u");
    CHECK(with({{"RUSTUP_VERSION", "1.28.0"}}).self_update_version == "1.28.0");
}

TEST_CASE("servers and versions must be text", "[config]") {
    for (const char* name : {"RUSTUP_DIST_SERVER", "RUSTUP_DIST_ROOT", "RUSTUP_VERSION"}) {
        CHECK(error_text([&] {
                  with({{name, "\xFF"}});
              }) == "environment variable was not valid unicode: \"\\xFF\"");
    }
    CHECK(with({{"RUSTUP_UPDATE_ROOT", "\xFF"}}).update_root == std::nullopt);
}

TEST_CASE("blanks and line ends around a server are none of it", "[config]") {
    for (const char* name : {"RUSTUP_DIST_SERVER", "RUSTUP_DIST_ROOT"}) {
        CHECK(with({{name, "http://a\r\n"}}).server.dist_server == "http://a");
        CHECK(with({{name, " http:\\\\a\\b "}}).server.dist_root == "http://a/b/dist");
        CHECK(with({{name, "\r\n"}}).server.is_official());
    }
    CHECK(with({{"RUSTUP_UPDATE_ROOT", " http://a\n"}}).update_root == "http://a");
    CHECK(with({{"RUSTUP_UPDATE_ROOT", "\r\n"}}).update_root == std::nullopt);
}

TEST_CASE("a server that is no text does not show its password", "[config]") {
    for (const char* name : {"RUSTUP_DIST_SERVER", "RUSTUP_DIST_ROOT"}) {
        CHECK(error_text([&] {
                  with({{name, "http://me:5ecret\xFF@h/x"}});
              }) == "environment variable was not valid unicode: \"http://h/x\"");
        CHECK(error_text([&] {
                  with({{name, "http://me:5ec#ret@h\xFF"}});
              }) == "environment variable was not valid unicode: \"h\\xFF\"");
    }
}

TEST_CASE("numbers that are none fall back to the default", "[config]") {
    CHECK(with({{"RUSTUP_MAX_RETRIES", "0"}}).max_retries == 0);
    CHECK(with({{"RUSTUP_MAX_RETRIES", "+5"}}).max_retries == 5);
    CHECK(with({{"RUSTUP_MAX_RETRIES", "x"}}).max_retries == 3);
    CHECK(with({{"RUSTUP_CONCURRENT_DOWNLOADS", "7"}}).concurrent_downloads == 7u);
    CHECK(with({{"RUSTUP_CONCURRENT_DOWNLOADS", "0"}}).concurrent_downloads == std::nullopt);
    CHECK(with({{"RUSTUP_CONCURRENT_DOWNLOADS", "x"}}).concurrent_downloads == std::nullopt);
    CHECK(with({{"RUSTUP_UNPACK_RAM", "33554431"}}).unpack_ram_bytes == 33554431u);
    CHECK(with({{"RUSTUP_UNPACK_RAM", "1G"}}).unpack_ram_bytes == std::nullopt);
}

TEST_CASE("at least one nightly may be skipped", "[config]") {
    const auto limit = [](const char* value) {
        return with({{"RUSTUP_BACKTRACK_LIMIT", value}}).backtrack_limit;
    };
    CHECK(limit("5") == 5);
    CHECK(limit("0") == 1);
    CHECK(limit("-3") == 1);
    CHECK(limit("x") == 21);
    CHECK(limit("-") == 21);
    CHECK(limit("-+1") == 21);
    CHECK(limit("4294967296") == 21);
}

TEST_CASE("copying instead of renaming is permitted by a variable set to nothing", "[config]") {
    CHECK(with({{"RUSTUP_PERMIT_COPY_RENAME", ""}}).permit_copy_rename);
}

TEST_CASE("a download timeout must be a number above zero", "[config]") {
    const std::string prefix =
        "invalid value in RUSTUP_DOWNLOAD_TIMEOUT -- must be a natural number greater than zero: ";
    CHECK(parse_download_timeout(environment("RUSTUP_DOWNLOAD_TIMEOUT", "7")) == 7s);
    CHECK(parse_download_timeout(environment("RUSTUP_DOWNLOAD_TIMEOUT", "")) == 180s);
    CHECK(timeout_error("0") == prefix + "number would be zero for non-zero type");
    CHECK(timeout_error("x") == prefix + "invalid digit found in string");
    CHECK(timeout_error("-1") == prefix + "invalid digit found in string");
    CHECK(timeout_error("99999999999999999999999") ==
          prefix + "number too large to fit in target type");
    CHECK(parse_download_timeout(environment("RUSTUP_DOWNLOAD_TIMEOUT", "18446744073709551615")) >
          180s);
}

TEST_CASE("a number of threads must be above zero", "[config]") {
    const std::string prefix =
        "invalid value in RUSTUP_IO_THREADS -- must be a natural number greater than zero\n\n"
        "Caused by:\n    ";
    CHECK(parse_io_threads(environment("RUSTUP_IO_THREADS", "+3")) == 3u);
    CHECK(parse_io_threads(environment("RUSTUP_IO_THREADS", "")) == std::nullopt);
    CHECK(threads_error("0") == "RUSTUP_IO_THREADS must be a natural number greater than zero");
    CHECK(threads_error("x") == prefix + "invalid digit found in string");
    CHECK(threads_error(" 3") == prefix + "invalid digit found in string");
    CHECK(threads_error("99999999999999999999999") ==
          prefix + "number too large to fit in target type");
}

TEST_CASE("our own variables are refused where they mean nothing", "[config]") {
    CHECK(with({{"LATCHKEY_LOCK_TIMEOUT", "30"}}).lock_timeout == 30s);
    CHECK(error_text([] {
              with({{"LATCHKEY_LOCK_TIMEOUT", "1m"}});
          }) ==
          "invalid value in LATCHKEY_LOCK_TIMEOUT -- must be a number of seconds: invalid digit "
          "found in string");
    CHECK(with({{"LATCHKEY_COMPRESSION", "auto"}}).compression == Compression::automatic);
    CHECK(with({{"LATCHKEY_COMPRESSION", "xz"}}).compression == Compression::xz);
    CHECK(with({{"LATCHKEY_COMPRESSION", "gz"}}).compression == Compression::gz);
    CHECK(with({{"LATCHKEY_COMPRESSION", "zst"}}).compression == Compression::zst);
    CHECK(error_text([] {
              with({{"LATCHKEY_COMPRESSION", "bz2"}});
          }) == "invalid value in LATCHKEY_COMPRESSION -- must be one of auto, xz, gz, zst");
}

TEST_CASE("what a signature must be is one of three words, or not said", "[config]") {
    CHECK_FALSE(with({}).signature);
    CHECK_FALSE(with({{"RUSTUP_SIGNATURE", ""}}).signature);
    CHECK(with({{"RUSTUP_SIGNATURE", "require"}}).signature == SignaturePolicy::require);
    CHECK(with({{"RUSTUP_SIGNATURE", "warn"}}).signature == SignaturePolicy::warn);
    CHECK(with({{"RUSTUP_SIGNATURE", "off"}}).signature == SignaturePolicy::off);
    CHECK(error_text([] {
              with({{"RUSTUP_SIGNATURE", "no\x1B"}});
          }) == "invalid value 'no?' in RUSTUP_SIGNATURE -- must be one of require, warn, off");
    CHECK_FALSE(with({{"RUSTUP_PGP_KEY", ""}}).pgp_key);
    CHECK(with({{"RUSTUP_PGP_KEY", "/k.asc"}}).pgp_key == "/k.asc");
}
