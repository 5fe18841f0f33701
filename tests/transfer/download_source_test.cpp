#include "download_source.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <exception>
#include <thread>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "support/mount.hpp"
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

/// Another decoder has the only dictionary, until it ends once the file has `text`.
struct Waiting : Reading {
    task::Turns dictionaries{1};
    task::Turns::Turn own{dictionaries, 1};
    task::Turns::Turn other{dictionaries, 9};

    Waiting() { other.take(on); }

    DownloadSource source(std::optional<BytePipe> pipe, std::string_view expected) {
        return {on, file, std::move(pipe), Sha256::of(expected).hex(), turn, &own};
    }

    std::jthread end_other_at(std::string text) {
        return std::jthread([this, wanted = std::move(text)] {
            for (int i = 0; i < 10000 && platform::find_file_text(file) != wanted; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            other.rest();
        });
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

TEST_CASE("without a dictionary what comes goes into the file, and is read from there",
          "[download]") {
    Waiting waiting;
    platform::save_file(waiting.file, "one ");
    SECTION("all of it") {
        BytePipe pipe = filled({"two ", "three"});
        pipe.close();
        DownloadSource source = waiting.source(pipe, "one two three");
        const auto ending = waiting.end_other_at("one two three");
        CHECK(read(source) == "one two three");
        CHECK(read(source).empty());
        CHECK(source.hash() == Sha256::of("one two three").hex());
    }
    SECTION("or what came until then") {
        BytePipe pipe = filled({"two "});
        DownloadSource source = waiting.source(pipe, "one two three four");
        std::jthread line([&waiting, pipe] {
            waiting.end_other_at("one two ").join();
            task::Loop loop(1);
            test::run(loop, push_all(pipe, {"three"}));
        });
        const std::string first = read(source);  // A block that was awaited meanwhile is with it.
        line.join();
        CHECK((first == "one two " || first == "one two three"));
        task::Loop loop(1);
        test::run(loop, push_all(pipe, {" four"}));
        pipe.close();
        std::string rest;
        for (std::string next = read(source); !next.empty(); next = read(source)) rest += next;
        CHECK(first + rest == "one two three four");
    }
    SECTION("and the hash counts") {
        BytePipe pipe = filled({"two ", "three"});
        pipe.close();
        DownloadSource source = waiting.source(pipe, "something else");
        const auto ending = waiting.end_other_at("one two three");
        CHECK(read(source) == "one two three");
        CHECK_THAT(test::error_text([&] { read(source); }),
                   Catch::Contains("does not have the expected hash"));
    }
    waiting.own.rest();
    CHECK(waiting.other.try_take());  // Given back by its owner alone.
}

TEST_CASE("a dictionary that is free is taken at once", "[download]") {
    Waiting waiting;
    waiting.other.rest();
    BytePipe pipe = filled({"one ", "two"});
    pipe.close();
    DownloadSource source = waiting.source(pipe, "one two");
    CHECK(read(source) == "one ");
    CHECK_FALSE(waiting.other.try_take());
    CHECK(platform::load_file(waiting.file) == "one two");  // The end is known: all was taken.
}

TEST_CASE("a line that fails while there is no dictionary fails at once", "[download]") {
    Waiting waiting;
    BytePipe pipe = filled({"one "});
    pipe.fail(std::make_exception_ptr(Error(Errc::unreachable, "no more")));
    DownloadSource source = waiting.source(pipe, "one two");
    CHECK_THAT(test::error_text([&] { read(source); }), Catch::Contains("no more"));
    CHECK(source.failed());
    CHECK(platform::load_file(waiting.file) == "one ");
}

TEST_CASE("on a disk that is full what has come waits for the dictionary", "[download]") {
    Waiting waiting;
    const test::Mount small("tmpfs", waiting.dir.path(), "size=64k");
    if (!small.is_there()) return;
    const std::vector<std::string> texts{std::string(40'000, 'a'), std::string(40'000, 'b'),
                                         std::string(40'000, 'c')};
    BytePipe pipe(200'000);
    {
        task::Loop loop(1);
        test::run(loop, push_all(pipe, texts));
    }
    pipe.close();
    const std::string all = texts[0] + texts[1] + texts[2];
    DownloadSource source = waiting.source(pipe, all);
    const auto ending = waiting.end_other_at(texts[0]);
    std::string whole;
    for (std::string next = read(source); !next.empty(); next = read(source)) whole += next;
    CHECK((whole == all));
    CHECK(source.hash() == Sha256::of(all).hex());
}
