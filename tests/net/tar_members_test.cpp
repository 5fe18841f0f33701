#include "latchkey/net/tar_members.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/net/url.hpp"
#include "net/fixture.hpp"
#include "support/error_text.hpp"
#include "support/tar_builder.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using net::TarMember;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::TarBuilder;
using test::TempDir;

namespace {

using Members = std::map<std::string, TarMember>;

/// Of an archive with these bytes.
std::optional<Members> members_of(const TempDir& dir, const std::string& bytes) {
    const std::string path = dir.write("a.tar", bytes);
    return net::find_tar_members(platform::open_file(path, O_RDONLY), "a.tar");
}

std::string two_files() {
    return TarBuilder()
        .directory("dist")
        .file("dist/a", "hello")
        .file("dist/b", std::string(600, 'b'))
        .bytes();
}

}  // namespace

TEST_CASE("an archive's files are found by their headers", "[tar_members]") {
    const TempDir dir;
    const auto members = members_of(dir, two_files());
    REQUIRE(members);
    CHECK(*members == Members{{"dist/a", {1024, 5}}, {"dist/b", {2048, 600}}});
}

TEST_CASE("a file that is no tar archive has none", "[tar_members]") {
    const TempDir dir;
    CHECK_FALSE(members_of(dir, ""));
    CHECK_FALSE(members_of(dir, "short"));
    CHECK_FALSE(members_of(dir, std::string(5000, 'x')));
    CHECK_FALSE(members_of(dir, std::string(5000, '\0')));
}

TEST_CASE("an archive that is cut off anywhere is damaged", "[tar_members]") {
    const TempDir dir;
    const std::string bytes = two_files();
    for (const std::size_t end : {600, 1024, 1028, 1300, 1536, 2000, 2048, 2100, 2648, 3000}) {
        CAPTURE(end);
        CHECK_THAT(error_text([&] { members_of(dir, bytes.substr(0, end)); }),
                   Catch::Contains("the archive 'a.tar' is damaged: it is cut off"));
    }
}

TEST_CASE("an archive with a bad header is damaged", "[tar_members]") {
    const TempDir dir;
    for (const std::size_t place : {512, 600, 640, 1536 + 257, 1536 + 148}) {
        CAPTURE(place);
        std::string bytes = two_files();
        bytes[place] = static_cast<char>(bytes[place] ^ 1);
        CHECK_THAT(error_text([&] { members_of(dir, bytes); }),
                   Catch::Contains("is damaged: there is no header at byte"));
    }
}

TEST_CASE("links, devices, extensions and names that come twice are refused", "[tar_members]") {
    const TempDir dir;
    for (const char kind : {'1', '2', '3', '6', 'x', 'L'}) {
        CAPTURE(kind);
        const std::string bytes =
            TarBuilder().file("a", "").entry({.name = "b", .kind = kind, .link = "a"}).bytes();
        CHECK_THAT(error_text([&] { members_of(dir, bytes); }),
                   Catch::Contains("'b' is not a file, or there twice"));
    }
    const std::string twice = TarBuilder().file("a", "1").file("a", "2").bytes();
    CHECK_THAT(error_text([&] { members_of(dir, twice); }), Catch::Contains("there twice"));
}

TEST_CASE("a member of an archive is fetched as a file is", "[tar_members]") {
    const TempDir dir;
    const std::string url = "file://" + dir.write("a.tar", two_files());
    Fixture f;
    CollectingSink sink;
    CHECK(f.fetch(url + "/dist/a", sink).complete);
    CHECK(sink.text == "hello");
    CHECK(sink.length == 5);
    CollectingSink rest;
    CHECK(f.fetch(url + "/dist/b", rest, 590).status == 206);
    CHECK(rest.text == std::string(10, 'b'));
    CHECK(f.fetch(url + "/dist/b", rest, 600).complete);
    CHECK(f.fetch(url + "/dist/b", rest, 601).status == 416);
    CHECK(f.fetch_text(url + "/dist/a") == "hello");
}

TEST_CASE("what an archive does not have is not found", "[tar_members]") {
    const TempDir dir;
    const std::string url = "file://" + dir.write("a.tar", two_files());
    Fixture f;
    CollectingSink sink;
    for (const char* path : {"/dist/c", "/dist", "/dist/a/b", "/"}) {
        CAPTURE(path);
        CHECK(f.fetch(url + path, sink).status == 404);
    }
    CHECK(f.fetch(url, sink).complete);
}

TEST_CASE("a path becomes a URL, whatever is in it", "[url]") {
    CHECK(net::file_url("/srv/rust-1.95_x/a~b") == "file:///srv/rust-1.95_x/a~b");
    for (const char* path : {"/a b", "/a%20b", "/a?b#c", "/ä\xff", "/a\nb", "/a\\b", "/[x]:1"}) {
        CAPTURE(path);
        CHECK(net::Url::parse(net::file_url(path)).file_path() == path);
    }
}
