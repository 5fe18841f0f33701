#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "net/fixture.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using net::Fetched;
using test::CollectingSink;
using test::error_text;
using test::Fixture;
using test::TempDir;

TEST_CASE("a file is fetched whole, in large blocks", "[net][file]") {
    const TempDir folder;
    std::string text(3'000'000, 'x');
    text[2'000'000] = 'y';
    const std::string url = "file://" + folder.write("a b", text);
    Fixture f;
    CollectingSink sink;
    const Fetched fetched = f.fetch(url, sink);
    CHECK(fetched.complete);
    CHECK(fetched.status == 200);
    CHECK(fetched.body_bytes == text.size());
    CHECK(sink.length == text.size());
    CHECK(sink.text == text);
    CHECK(sink.sizes.front() == 512 * 1024);
}

TEST_CASE("the rest of a file is fetched from its offset", "[net][file]") {
    const TempDir folder;
    const std::string url = "file://" + folder.write("a", "hello");
    Fixture f;
    CollectingSink sink;
    const Fetched rest = f.fetch(url, sink, 3);
    CHECK(rest.complete);
    CHECK(rest.status == 206);
    CHECK(sink.text == "lo");
    CHECK(sink.length == 2);
    CHECK(f.fetch(url, sink, 5).complete);
    const Fetched behind = f.fetch(url, sink, 6);
    CHECK_FALSE(behind.complete);
    CHECK(behind.status == 416);
    CHECK(sink.text == "lo");
}

TEST_CASE("what is missing or no regular file is not found", "[net][file]") {
    const TempDir folder;
    folder.write("file", "");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    Fixture f;
    CollectingSink sink;
    for (const char* name : {"missing", "missing/below", "file/below", "fifo", ""}) {
        CAPTURE(name);
        const std::string url = "file://" + folder / name;
        CHECK(f.fetch(url, sink).status == 404);
        CHECK_FALSE(f.fetch_text(url));
    }
    CHECK(sink.beginnings == 0);
    CHECK(f.fetch_text("file://" + folder / "file") == "");
    CHECK(error_text([&] { f.fetch("file://elsewhere/x", sink); }) ==
          "bogus file url: 'file://elsewhere/x'");
}

TEST_CASE("a file's text must not be larger than expected", "[net][file]") {
    const TempDir folder;
    const std::string url = "file://" + folder.write("a", "123456");
    Fixture f;
    CHECK(f.fetch_text(url, 6) == "123456");
    CHECK_THROWS_AS(f.fetch_text(url, 5), Error);
}
