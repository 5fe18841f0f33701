#include "latchkey/fleet/selection.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::Archive;
using fleet::Selected;
using fleet::Selection;
using fleet::Wanted;
using test::error_text;

namespace {

constexpr const char* kHost = "x86_64-unknown-linux-gnu";
constexpr const char* kOther = "aarch64-apple-darwin";

std::string hash_of(char digit) {
    return std::string(64, digit);
}

dist::PackageTarget offered(const std::string& file, char digit) {
    dist::PackageTarget target;
    target.available = true;
    const std::string url = "https://static.rust-lang.org/dist/2026-04-16/" + file + ".tar.";
    target.sources = {{dist::Encoding::xz, url + "xz", hash_of(digit)},
                      {dist::Encoding::gz, url + "gz", hash_of(digit)}};
    return target;
}

/// rustc for two hosts, clippy for one of them, and rust-src.
dist::Manifest release() {
    dist::Manifest manifest;
    manifest.date = "2026-04-16";
    manifest.profiles[dist::Profile::minimal] = {"rustc"};
    manifest.renames["clippy"] = "clippy-preview";
    dist::Package rust;
    for (const char* host : {kHost, kOther}) {
        manifest.packages["rustc"].targets[host] = offered(std::string("rustc-") + host, 'a');
        rust.targets[host].components = {
            {"rustc", host}, {"clippy-preview", host, true}, {"rust-src", std::nullopt, true}};
    }
    manifest.packages["clippy-preview"].targets[kHost] = offered("clippy", 'b');
    manifest.packages["clippy-preview"].targets[kOther] = {};
    manifest.packages["rust-src"].targets["*"] = offered("rust-src", 'c');
    manifest.packages["rust"] = std::move(rust);
    return manifest;
}

Wanted both() {
    return fleet::parse_wanted(std::vector<std::string>{"stable"},
                               std::vector<std::string>{kHost, kOther}, "none")
        .front();
}

Selection minimal() {
    Selection selection;
    selection.profile = dist::Profile::minimal;
    return selection;
}

std::vector<std::string> paths_of(const Selected& selected) {
    std::vector<std::string> paths;
    for (const Archive& each : selected.archives) paths.push_back(each.path);
    return paths;
}

std::vector<std::string> names(std::initializer_list<const char*> texts) {
    return {texts.begin(), texts.end()};
}

}  // namespace

TEST_CASE("names of one release are one, with the hosts of all", "[selection]") {
    const auto wanted = fleet::parse_wanted(
        names({"stable", "beta", "stable-aarch64-apple-darwin", "stable"}), {}, kHost);
    REQUIRE(wanted.size() == 2);
    CHECK(wanted[0].name.manifest_name() == "stable");
    CHECK(wanted[0].hosts == names({kHost, kOther}));
    CHECK(wanted[1].hosts == names({kHost}));
}

TEST_CASE("the hosts that are named count for names without target", "[selection]") {
    const auto wanted =
        fleet::parse_wanted(names({"nightly-2026-01-01", "stable-x86_64-pc-windows-msvc"}),
                            names({kOther, kOther}), kHost);
    CHECK(wanted[0].hosts == names({kOther}));
    CHECK(wanted[0].name.manifest_name() == "nightly-2026-01-01");
    CHECK(wanted[1].hosts == names({"x86_64-pc-windows-msvc"}));
    CHECK_THAT(error_text([] { fleet::parse_wanted(names({"mine"}), {}, kHost); }),
               Catch::Contains("mine"));
}

TEST_CASE("the profile's archives of every host are taken, in every encoding", "[selection]") {
    const Selected selected = fleet::select(release(), both(), minimal());
    CHECK(paths_of(selected) == names({"dist/2026-04-16/rustc-aarch64-apple-darwin.tar.gz",
                                       "dist/2026-04-16/rustc-aarch64-apple-darwin.tar.xz",
                                       "dist/2026-04-16/rustc-x86_64-unknown-linux-gnu.tar.gz",
                                       "dist/2026-04-16/rustc-x86_64-unknown-linux-gnu.tar.xz"}));
    CHECK(selected.warnings.empty());
    CHECK(selected.archives[0].hash == hash_of('a'));
}

TEST_CASE("what one host lacks is warned of, what all lack is an error", "[selection]") {
    Selection selection = minimal();
    selection.components = {"clippy", "rust-src"};
    selection.encodings = {dist::Encoding::xz};
    const Selected selected = fleet::select(release(), both(), selection);
    CHECK(paths_of(selected) ==
          names({"dist/2026-04-16/clippy.tar.xz", "dist/2026-04-16/rust-src.tar.xz",
                 "dist/2026-04-16/rustc-aarch64-apple-darwin.tar.xz",
                 "dist/2026-04-16/rustc-x86_64-unknown-linux-gnu.tar.xz"}));
    REQUIRE(selected.warnings.size() == 1);
    CHECK_THAT(selected.warnings[0], Catch::Contains("'clippy' for target 'aarch64-apple-darwin'"));
    Wanted other = both();
    other.hosts = {kOther};
    CHECK_THAT(error_text([&] { fleet::select(release(), other, selection); }),
               Catch::Contains("has no 'clippy' for aarch64-apple-darwin"));
}

TEST_CASE("an encoding that a release does not have is an error", "[selection]") {
    Selection selection = minimal();
    selection.encodings = {dist::Encoding::zst};
    CHECK_THAT(error_text([&] { fleet::select(release(), both(), selection); }),
               Catch::Contains("not as zst"));
}

TEST_CASE("a manifest whose hash is none is refused", "[selection]") {
    dist::Manifest manifest = release();
    manifest.packages["rustc"].targets[kHost].sources[0].hash = "abc";
    CHECK_THAT(error_text([&] { fleet::select(manifest, both(), minimal()); }),
               Catch::Contains("has a hash that is none"));
}

TEST_CASE("an archive lies where its address says, and nowhere else", "[selection]") {
    CHECK(fleet::archive_path("https://static.rust-lang.org/dist/2026-04-16/a.tar.xz") ==
          "dist/2026-04-16/a.tar.xz");
    for (const char* path : {"dist/../a", "dist//a", "dist/./a", "dist/.latchkey/a", "dist/a%2fb",
                             "dist/a?b", "dist/a b", "dist/a\n", "dist/a\\b", "dist/"}) {
        CHECK_THAT(error_text([&] {
                       fleet::archive_path(std::string("https://static.rust-lang.org/") + path);
                   }),
                   Catch::Contains("cannot be the name of a file in a mirror"));
    }
    for (const char* url : {"https://static.rust-lang.org/rustup/a", "https://example.org/dist/a",
                            "https://static.rust-lang.org.example.org/dist/a", "dist/a"}) {
        CHECK_THAT(error_text([&] { fleet::archive_path(url); }),
                   Catch::Contains("no client would ask a mirror for"));
    }
}

TEST_CASE("a manifest names archives for everybody", "[selection]") {
    CHECK(fleet::named_archives(release()).size() == 8);
}
