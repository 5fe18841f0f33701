#include "download_source.hpp"

#include <catch2/catch.hpp>
#include <exception>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"
#include "task/run.hpp"

using namespace latchkey;
using latchkey::test::TempDir;
using task::BytePipe;
using transfer::DownloadSource;

namespace {

BytePipe::Block block_of(std::string_view text) {
    const auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

task::awaitable<void> push_all(BytePipe pipe, std::vector<std::string> texts) {
    for (const std::string& text : texts) co_await pipe.push(block_of(text));
}

/// What a line has delivered. It is neither closed nor failed yet.
BytePipe filled(std::vector<std::string> texts) {
    BytePipe pipe(1000);
    task::Loop loop(1);
    test::run(loop, push_all(pipe, std::move(texts)));
    return pipe;
}

std::string read(DownloadSource& source) {
    const auto bytes = source.next();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Reading {
    TempDir dir;
    const OnWorker on = PermitMint::worker();
    task::Turns turns{1};
    task::Turns::Turn turn{turns, 1};
    std::string file = dir / "a.partial";

    DownloadSource source(std::optional<BytePipe> pipe, std::string_view expected) {
        return {on, file, std::move(pipe), Sha256::of(expected).hex(), turn};
    }
};

}  // namespace

TEST_CASE("what comes through the pipe is read, kept and hashed", "[download]") {
    Reading reading;
    platform::save_file(reading.file, "one ");
    BytePipe pipe = filled({"two ", "three"});
    pipe.close();
    DownloadSource source = reading.source(pipe, "one two three");
    CHECK(read(source) == "one ");
    CHECK(read(source) == "two ");
    CHECK(read(source) == "three");
    CHECK(read(source).empty());
    CHECK(read(source).empty());
    source.drain();
    CHECK(source.hash() == Sha256::of("one two three").hex());
    CHECK(platform::load_file(reading.file) == "one two three");
    CHECK_FALSE(source.failed());
}

TEST_CASE("a wrong hash is told before the last bytes are given", "[download]") {
    Reading reading;
    BytePipe pipe = filled({"one ", "two ", "three"});
    DownloadSource source = reading.source(pipe, "one two four");
    CHECK(read(source) == "one ");
    pipe.close();
    CHECK_THAT(test::error_text([&] { read(source); }),
               Catch::Contains("does not have the expected hash"));
    CHECK_FALSE(source.failed());
    source.drain();
    CHECK(source.hash() == Sha256::of("one two three").hex());
    CHECK(platform::load_file(reading.file) == "one two three");
}

TEST_CASE("before its end a download is given as it comes", "[download]") {
    Reading reading;
    const BytePipe pipe = filled({"one ", "two "});
    DownloadSource source = reading.source(pipe, "something else");
    CHECK(read(source) == "one ");
    CHECK(platform::load_file(reading.file) == "one ");
    CHECK(read(source) == "two ");
}

TEST_CASE("bytes that came before the line failed are given", "[download]") {
    Reading reading;
    BytePipe pipe = filled({"one ", "two "});
    pipe.fail(std::make_exception_ptr(Error(Errc::unreachable, "no more")));
    DownloadSource source = reading.source(pipe, "one two three");
    CHECK(read(source) == "one ");
    CHECK(read(source) == "two ");
    CHECK_THAT(test::error_text([&] { read(source); }), Catch::Contains("no more"));
    CHECK(source.failed());
    CHECK(platform::load_file(reading.file) == "one two ");
}

TEST_CASE("a file that is there is all there is", "[download]") {
    Reading reading;
    platform::save_file(reading.file, "one");
    SECTION("and right") {
        DownloadSource source = reading.source(std::nullopt, "one");
        CHECK(read(source) == "one");
        CHECK(read(source).empty());
    }
    SECTION("or wrong") {
        DownloadSource source = reading.source(std::nullopt, "two");
        source.drain();
        CHECK(source.hash() == Sha256::of("one").hex());
    }
}
