#include "gzip_text.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "latchkey/base/error.hpp"
#include "packed_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::store;

namespace {

/// Text that does not shrink, of which the first line is short.
std::string two_lines(std::size_t size) {
    std::string text = "first\n";
    std::mt19937 random(17);
    while (text.size() < size) text += static_cast<char>('!' + random() % 90);
    return text;
}

bool is_corrupt(const std::string& path) {
    try {
        (void)test::find_unpacked(path);
    } catch (const Error& e) {
        return e.code() == Errc::corrupt && std::string(e.what()) == "'" + path + "' is damaged";
    }
    return false;
}

}  // namespace

TEST_CASE("what was packed is read again, whatever its size", "[store][gzip]") {
    const test::TempDir dir;
    for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 1'000'000U}) {
        const std::string text = two_lines(size).substr(0, size);
        const std::string path = dir.write("file", test::packed(text));
        CHECK(test::find_unpacked(path) == text);
        CHECK(find_gzip_line(path) == text.substr(0, text.find('\n')));
    }
}

TEST_CASE("the same text is packed into the same bytes, in whatever pieces it comes",
          "[store][gzip]") {
    const std::string text = two_lines(300'000);
    const std::string whole = test::packed(text);
    for (const std::size_t step : {1'000U, 65'536U, 100'000U}) {
        GzipWriter writer;
        for (std::size_t at = 0; at < text.size(); at += step) writer.add(text.substr(at, step));
        CHECK((writer.finish() == whole));
    }
    CHECK((GzipWriter().finish() == test::packed("")));
}

TEST_CASE("the lines of a packed text are given one by one, of whatever length", "[store][gzip]") {
    const test::TempDir dir;
    std::vector<std::string> lines{"", "short", std::string(200'000, 'x'), ""};
    for (int i = 0; i < 20'000; ++i) lines.push_back(std::to_string(i));
    for (const bool ended : {true, false}) {
        std::string text;
        for (const std::string& line : lines) text += line + "\n";
        if (!ended) text.pop_back();
        for (const bool packed : {true, false}) {
            const auto next =
                find_gzip_lines(dir.write("file", packed ? test::packed(text) : text));
            REQUIRE(next);
            std::vector<std::string> read;
            while (const auto line = (*next)()) read.emplace_back(*line);
            CHECK((read == lines));
            CHECK_FALSE((*next)());
        }
    }
    CHECK_FALSE(find_gzip_lines(dir / "nothing"));
}

TEST_CASE("a file that is not packed is taken as it is, and one that is not there is none",
          "[store][gzip]") {
    const test::TempDir dir;
    for (const char* text : {"", "\x1f", "plain\ntext", "no line end"}) {
        const std::string path = dir.write("file", text);
        const std::string_view whole = text;
        CHECK(test::find_unpacked(path) == whole);
        CHECK(find_gzip_line(path) == whole.substr(0, whole.find('\n')));
    }
    CHECK(test::find_unpacked(dir / "nothing") == std::nullopt);
    CHECK(find_gzip_line(dir / "nothing") == std::nullopt);
}

TEST_CASE("a packed file that was cut or changed is damaged", "[store][gzip]") {
    const test::TempDir dir;
    const std::string packed = test::packed(two_lines(200));
    for (std::size_t size = 2; size < packed.size(); ++size) {
        INFO("cut to " << size);
        CHECK(is_corrupt(dir.write("file", packed.substr(0, size))));
    }
    CHECK(is_corrupt(dir.write("file", packed + "more")));
    std::string changed = packed;
    changed[packed.size() - 8] ^= 1;  // RFC 1952, 2.3: the checksum.
    CHECK(is_corrupt(dir.write("file", changed)));
}

TEST_CASE("the first line is read though what follows is damaged", "[store][gzip]") {
    const test::TempDir dir;
    const std::string packed = test::packed(two_lines(1'000'000));
    const std::string path = dir.write("file", packed.substr(0, packed.size() / 2));
    CHECK(find_gzip_line(path) == "first");
    CHECK(is_corrupt(path));
}
