#include "latchkey/dist/server.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

ToolchainName named(const std::string& text) {
    return ToolchainName::parse(text + "-" + kHost).value();
}

}  // namespace

TEST_CASE("without variables manifests come from the official server", "[server]") {
    const Server server = Server::from({}, {});
    CHECK(server.is_official());
    CHECK(server.manifest_url(named("stable")) ==
          "https://static.rust-lang.org/dist/channel-rust-stable.toml");
    CHECK(server.manifest_url(named("nightly-2026-03-01")) ==
          "https://static.rust-lang.org/dist/2026-03-01/channel-rust-nightly.toml");
    CHECK(server.manifest_url(named("1.8")) ==
          "https://static.rust-lang.org/dist/channel-rust-1.8.0.toml");
    CHECK(Server().dist_root == server.dist_root);
}

TEST_CASE("the server's variable beats the root's, and an empty one is none", "[server]") {
    CHECK(Server::from("http://a", "http://b/dist").dist_root == "http://a/dist");
    CHECK(Server::from("", "http://b/dist").dist_server == "http://b");
    CHECK(Server::from({}, "http://b/dist").dist_root == "http://b/dist");
    CHECK(Server::from({}, "http://b/other").dist_root == "http://b/other/dist");
    CHECK(Server::from("http://a/", {}).dist_root == "http://a//dist");
    CHECK(Server::from("", "").dist_server == "https://static.rust-lang.org");
    CHECK_FALSE(Server::from("http://a", {}).is_official());
}

TEST_CASE("staged manifests have a folder, and no dates", "[server]") {
    const Server server = Server::from("http://a", {}, true);
    CHECK(server.manifest_url(named("beta")) == "http://a/dist/staging/channel-rust-beta.toml");
    CHECK(server.legacy_manifest_url(named("beta")) == "http://a/dist/staging/channel-rust-beta");
    CHECK(error_of([&] {
              return server.manifest_url(named("nightly-2026-03-01"));
          }).starts_with("'nightly-2026-03-01' is dated"));
}

TEST_CASE("version 1 names files beside its manifest", "[server]") {
    const Server server = Server::from("http://a", {});
    CHECK(server.legacy_manifest_url(named("nightly-2015-01-02")) ==
          "http://a/dist/2015-01-02/channel-rust-nightly");
    CHECK(server.legacy_file_url(named("nightly-2015-01-02"), "x.tar.gz") ==
          "http://a/dist/2015-01-02/x.tar.gz");
    CHECK(server.legacy_version_url(named("1.7")) ==
          "http://a/dist/rust-1.7.0-" + kHost + ".tar.gz");
    CHECK(find_legacy_file("rust-docs-" + kHost + ".tar.gz\nrust-" + kHost + ".tar.gz\n", kHost) ==
          "rust-docs-" + kHost + ".tar.gz");
    CHECK_FALSE(find_legacy_file("rust-" + kHost + ".tar.xz\n", kHost));
}

TEST_CASE("every occurrence of the official server becomes the mirror", "[server]") {
    const Server mirror = Server::from("http://m/x", {});
    CHECK(mirror.component_url("https://static.rust-lang.org/dist/a.tar.xz") ==
          "http://m/x/dist/a.tar.xz");
    CHECK(mirror.component_url(
              "http://p/https://static.rust-lang.org/https://static.rust-lang.org") ==
          "http://p/http://m/x/http://m/x");
    CHECK(mirror.component_url("https://elsewhere.org/a") == "https://elsewhere.org/a");
    CHECK(Server().component_url("https://static.rust-lang.org/a") ==
          "https://static.rust-lang.org/a");
}

TEST_CASE("a checksum file begins with 64 characters, whatever follows", "[server]") {
    const std::string hash(64, 'b');
    CHECK(parse_checksum_file(hash + "  name\n", "u") == hash);
    CHECK(parse_checksum_file(hash, "u") == hash);
    CHECK(error_of([&] { return parse_checksum_file(hash.substr(1), "http://u"); }) ==
          "checksum file of 'http://u' is malformed");
    CHECK(parse_checksum_file("\033[2J\n" + hash, "u") == "?[2J?" + hash.substr(5));
    CHECK(update_hash(hash) == std::string(20, 'b'));
}
