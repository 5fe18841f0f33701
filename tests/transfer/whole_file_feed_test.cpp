#include "whole_file_feed.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/mirrors/mirrors.hpp"
#include "latchkey/platform/file.hpp"
#include "net/fixture.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using test::Reply;

namespace {

constexpr const char* kText = "hello, line";

/// Counts how often a file is begun.
struct Bar final : transfer::Progress {
    int begun = 0;
    std::uint64_t resumed_bytes = 0;
    std::vector<std::string> warnings;

    void warn(const std::string& text) override { warnings.push_back(text); }
    void debug(const std::string&) override {}
    void begin(const std::string&, const std::string&) override { ++begun; }
    void total(const std::string&, std::uint64_t) override {}
    void resume(const std::string&, std::uint64_t bytes) override { resumed_bytes = bytes; }
    void advance(const std::string&, std::uint64_t) override {}
    void phase(const std::string&, transfer::Phase, const std::string&) override {}
    void end(const std::string&) override {}
};

/// With a value, as test::run() wants it.
task::awaitable<bool> bring(transfer::Context& context, Bar& bar, transfer::WholeFile file) {
    co_await transfer::bring_whole_file(context, bar, std::move(file));
    co_return true;
}

/// A file that is wanted as it is, from a server that says what it is told to.
struct Wanting : test::Fixture {
    test::TempDir dir;
    config::ChangeVariables variables;
    std::optional<mirrors::Mirrors> servers;
    Bar bar;
    std::string path = dir / "part";

    /// Lets mirrors be asked that have the server's files below these paths.
    void list(const std::vector<std::string>& paths) {
        for (const std::string& each : paths) {
            config::Mirror mirror;
            mirror.url = server.url(each);
            variables.mirrors.push_back(mirror);
        }
    }

    void bring(std::string_view expected = kText) {
        servers.emplace(variables);
        transfer::Context context{loop,           client(),       store::Home(dir.path()),
                                  variables,      *servers,       transfer::Downloads(std::nullopt),
                                  task::Turns(1), task::Turns(1), transfer::FreeProcessors(1)};
        const std::string url = variables.mirrors.empty()
                                    ? server.url("/dist/a.tar.xz")
                                    : "https://static.rust-lang.org/dist/a.tar.xz";
        transfer::WholeFile file{"a", "a", url, Sha256::of(expected).hex(), path};
        test::run(loop, ::bring(context, bar, std::move(file)));
    }

    [[nodiscard]] std::string text() const { return platform::load_file(path); }
};

}  // namespace

TEST_CASE("a file comes as it is", "[whole_file]") {
    Wanting f;
    f.server.on_connection({Reply::text(kText)});
    f.bring();
    CHECK(f.text() == kText);
    CHECK(f.bar.begun == 0);
}

TEST_CASE("only the rest of a file is fetched, and the whole of it checked", "[whole_file]") {
    Wanting f;
    platform::save_file(f.path, "hello");
    f.server.on_connection({Reply(
        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-10/11\r\nContent-Length: 6\r\n\r\n, line",
        Reply::Then::keep)});
    f.bring();
    CHECK(f.text() == kText);
    CHECK(f.bar.resumed_bytes == 5);
    CHECK_THAT(f.server.requests().at(0), Catch::Contains("Range: bytes=5-"));
}

TEST_CASE("the bad bytes of an earlier try cost one more try", "[whole_file]") {
    Wanting f;
    platform::save_file(f.path, "HELLO");
    f.server.on_connection({Reply("HTTP/1.1 206 Partial\r\nContent-Range: bytes "
                                  "5-10/11\r\nContent-Length: 6\r\n\r\n, line",
                                  Reply::Then::keep),
                            Reply::text(kText)});
    f.bring();
    CHECK(f.text() == kText);
    CHECK(f.bar.begun == 1);
}

TEST_CASE("a server that cannot resume sends the file once more", "[whole_file]") {
    Wanting f;
    platform::save_file(f.path, "hello");
    f.server.always(Reply::text(kText));
    f.bring();
    CHECK(f.text() == kText);
}

TEST_CASE("bytes of another hash are refused, and none of them kept", "[whole_file]") {
    Wanting f;
    f.server.on_connection({Reply::text("hello, lime")});
    CHECK_THAT(test::error_text([&] { f.bring(); }), Catch::StartsWith("checksum failed for '"));
    CHECK_FALSE(platform::find_status(f.path));
    CHECK(f.server.requests().size() == 1);
}

TEST_CASE("a file that the server lacks is told by its address", "[whole_file]") {
    Wanting f;
    f.server.always(Reply::status(404));
    CHECK_THAT(
        test::error_text([&] { f.bring(); }),
        Catch::StartsWith("could not download file from '" + f.server.url("/dist/a.tar.xz")));
}

TEST_CASE("of a list, a mirror that lacks a file or has another is passed over", "[whole_file]") {
    Wanting f;
    f.list({"/one", "/two", "/three"});
    f.server.on_connection(
        {Reply::status(404), Reply::text("hello, lime"), Reply::status(404), Reply::text(kText)});
    f.bring();
    CHECK(f.text() == kText);
    REQUIRE(f.bar.warnings.size() == 1);
    CHECK_THAT(f.bar.warnings.at(0), Catch::Contains("/two' is passed over: checksum failed"));
}

TEST_CASE("a file that every mirror has with other bytes is told once more", "[whole_file]") {
    Wanting f;
    f.list({"/one", "/two"});
    f.server.always(Reply::text("hello, lime"));
    CHECK_THAT(test::error_text([&] { f.bring(); }), Catch::StartsWith("checksum failed for '"));
    CHECK(f.server.requests().size() == 2);
    CHECK_FALSE(platform::find_status(f.path));
}
