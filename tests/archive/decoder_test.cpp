#include "latchkey/archive/decoder.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "sources.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;

namespace {

// Every way to decode, with the encoder that belongs to it.
struct Way {
    std::string name;
    std::function<std::string(std::string_view)> encode;
    std::function<std::unique_ptr<ByteSource>(ByteSource&)> decoder;
    std::string header_error;
};

std::vector<Way> ways() {
    return {{"xz", [](std::string_view text) { return test::xz(text, 1); },
             [](ByteSource& in) { return make_decoder(Encoding::xz, in); }, "invalid xz header"},
            {"zstd", [](std::string_view text) { return test::zstd(text); },
             [](ByteSource& in) { return make_decoder(Encoding::zst, in); }, "invalid zstd header"},
            {"gz", [](std::string_view text) { return test::gzip(text); },
             [](ByteSource& in) { return make_decoder(Encoding::gz, in); }, "invalid gzip header"}};
}

std::string decode(const Way& way, const std::string& packed, std::size_t piece_bytes = 64 * 1024) {
    MemorySource input(packed, piece_bytes);
    const auto decoder = way.decoder(input);
    std::string text = drain(*decoder);
    CHECK(decoder->next().empty());
    CHECK(input.exhausted());
    return text;
}

// What the decoder says of `packed`; empty: nothing, it liked it.
std::string failure(const Way& way, const std::string& packed, Errc expected = Errc::corrupt) {
    try {
        decode(way, packed);
        return "";
    } catch (const Error& error) {
        CHECK(error.code() == expected);
        return error.what();
    }
}

// Text that packs, but not to nothing.
std::string sample(std::size_t size, unsigned seed = 7) {
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < size) text += "line " + std::to_string(random() % 10'000) + "\n";
    text.resize(size);
    return text;
}

class CountingZeros : public ByteSource {
public:
    explicit CountingZeros(std::string prefix) : block_(std::move(prefix)) {}
    std::span<const std::byte> next() override {
        calls += 1;
        if (calls > 1) block_ = std::string(4096, '\0');
        return as_bytes(block_);
    }
    std::uint64_t calls = 0;

private:
    std::string block_;
};

}  // namespace

TEST_CASE("every encoding gives back what was packed, whatever the size", "[decoder]") {
    for (const Way& way : ways()) {
        for (const std::size_t size : {0u, 1u, 511u, 100'000u, 262'144u, 262'145u, 3'000'000u}) {
            INFO(way.name << ", " << size << " bytes");
            const std::string text = sample(size);
            CHECK(decode(way, way.encode(text)) == text);
        }
    }
}

TEST_CASE("a source that gives one byte at a time is read to its end", "[decoder]") {
    const std::string text = sample(50'000);
    for (const Way& way : ways()) {
        INFO(way.name);
        CHECK(decode(way, way.encode(text), 1) == text);
        CHECK(decode(way, way.encode(text), 7) == text);
    }
}

TEST_CASE("several streams in a row are one", "[decoder]") {
    const std::string one = sample(10'000, 1);
    const std::string other = sample(300'000, 2);
    for (const Way& way : ways()) {
        INFO(way.name);
        const std::string packed = way.encode(one) + way.encode(other) + way.encode("");
        CHECK(decode(way, packed) == one + other);
        CHECK(decode(way, packed, 1) == one + other);
    }
}

TEST_CASE("input that is cut off anywhere is an unexpected end of file", "[decoder]") {
    const std::string text = sample(2'000);
    for (const Way& way : ways()) {
        const std::string packed = way.encode(text);
        for (std::size_t size = 0; size < packed.size(); ++size) {
            INFO(way.name << ", " << size << " of " << packed.size());
            CHECK(failure(way, packed.substr(0, size)) == "unexpected end of file");
        }
    }
}

TEST_CASE("what is not the encoding is refused by its header", "[decoder]") {
    for (const Way& way : ways()) {
        INFO(way.name);
        CHECK(failure(way, "<html>404, but with status 200</html>") == way.header_error);
        CHECK(failure(way, std::string(100, '\0')) == way.header_error);
    }
}

TEST_CASE("bytes behind the compressed stream are refused", "[decoder]") {
    for (const Way& way : ways()) {
        const std::string packed = way.encode(sample(5'000));
        for (const std::string tail : {"x", "garbage that is long enough to be looked at"}) {
            INFO(way.name << ", " << tail);
            CHECK_FALSE(failure(way, packed + tail).empty());
        }
    }
}

TEST_CASE("a flipped bit is found, or changes nothing", "[decoder]") {
    const std::string text = sample(20'000);
    std::mt19937 random(4711);
    for (const Way& way : ways()) {
        if (way.name == "xz") continue;  // Upstream's shape has no check; the SHA-256 is the check.
        const std::string packed = way.encode(text);
        for (int round = 0; round < 300; ++round) {
            std::string damaged = packed;
            const std::size_t at = random() % damaged.size();
            damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
            INFO(way.name << ", byte " << at);
            std::string decoded = text;
            try {
                MemorySource input(damaged);
                decoded = drain(*way.decoder(input));
            } catch (const Error&) {
            }
            CHECK((decoded == text));
        }
    }
}

TEST_CASE("a flipped bit in xz never does more than to fail or to differ", "[decoder]") {
    const Way way = ways().front();
    const std::string packed = way.encode(sample(20'000));
    std::mt19937 random(4712);
    for (int round = 0; round < 300; ++round) {
        std::string damaged = packed;
        const std::size_t at = random() % damaged.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
        MemorySource input(damaged);
        const auto decoder = way.decoder(input);
        std::size_t size = 0;
        try {
            size = drain(*decoder).size();
        } catch (const Error&) {
        }
        CHECK(size < 10'000'000);
    }
}

TEST_CASE("the causes of damaged gzip have rustup's words, from both libraries", "[decoder]") {
    const std::string text = sample(20'000);
    for (const Way& way : ways()) {
        if (way.name == "xz" || way.name == "zstd") continue;
        INFO(way.name);
        std::string packed = test::gzip(text);
        packed[packed.size() - 5] = static_cast<char>(packed[packed.size() - 5] ^ 1);
        CHECK(failure(way, packed) == "corrupt gzip stream does not have a matching checksum");
        packed = test::gzip(text);
        packed[10] = 7;  // A last block of the reserved type.
        CHECK(failure(way, packed) == "corrupt deflate stream");
    }
}

TEST_CASE("gzip with a name, a comment and an extra field is read", "[decoder]") {
    const std::string text = sample(1'000);
    const std::string packed = test::gzip(text);
    std::string header = packed.substr(0, 10);
    header[3] = 4 | 8 | 16;  // Source: RFC 1952, 2.3.1: FEXTRA, FNAME, FCOMMENT.
    header += std::string("\3\0abc", 5) + std::string("rustc.tar\0", 10) + std::string("hi\0", 3);
    for (const Way& way : ways()) {
        if (way.name == "xz" || way.name == "zstd") continue;
        INFO(way.name);
        for (std::size_t piece_bytes = 1; piece_bytes < 40; ++piece_bytes) {
            CHECK(decode(way, header + packed.substr(10), piece_bytes) == text);
        }
        CHECK(failure(way, header.substr(0, 15)) == "unexpected end of file");
    }
}

TEST_CASE("windows of 128 MiB are read and absurd ones are refused", "[decoder]") {
    const std::string text = sample(100'000);
    const Way xz = ways()[0];
    const Way zstd = ways()[1];
    CHECK(decode(xz, test::xz_with_dictionary(text, 128u << 20)) == text);
    CHECK(decode(zstd, test::zstd(text, 3, 27)) == text);
    CHECK(failure(xz, test::xz_with_dictionary(text, 1536u << 20), Errc::unsupported) ==
          "xz stream wants a dictionary of more than 128 MiB");
    CHECK(failure(zstd, test::zstd(text, 3, 28), Errc::unsupported) ==
          "zstd stream wants a window of more than 128 MiB");
    // A frame header as RFC 8878 has it: no size, and a window of 2 GiB.
    CHECK(failure(zstd, std::string("\x28\xB5\x2F\xFD\x00\xA8\x01\x00\x00", 9),
                  Errc::unsupported) == "zstd stream wants a window of more than 128 MiB");
}

TEST_CASE("a bomb is refused soon after 64 MiB", "[decoder]") {
    const std::string zeros(200u << 20, '\0');
    for (const Way& way : ways()) {
        if (way.name != "xz" && way.name != "zstd") continue;  // Deflate does not grow beyond 1032.
        INFO(way.name);
        const std::string packed = way.encode(zeros);
        REQUIRE(packed.size() * 2000 < (zeros.size() - (64u << 20)));
        MemorySource input(packed);
        const auto decoder = way.decoder(input);
        std::uint64_t size = 0;
        const auto read_all = [&] {
            for (auto bytes = decoder->next(); !bytes.empty(); bytes = decoder->next()) {
                size += bytes.size();
            }
        };
        CHECK_THROWS_WITH(read_all(),
                          "the compressed stream expands to more than 2000 times its size");
        CHECK(size < (160u << 20));
    }
}

TEST_CASE("a small stream of zeros is no bomb", "[decoder]") {
    const std::string zeros(32u << 20, '\0');
    for (const Way& way : ways()) {
        INFO(way.name);
        CHECK(decode(way, way.encode(zeros)) == zeros);
    }
}

TEST_CASE("a decoder takes from its source no more than the output so far needs", "[decoder]") {
    const std::string text = sample(2'000'000);
    for (const Way& way : ways()) {
        INFO(way.name);
        CountingZeros input(way.encode(text));
        const auto decoder = way.decoder(input);
        CHECK(decoder->next().size() <= 1024 * 1024);
        CHECK(input.calls == 1);
    }
}

TEST_CASE("what the source fails with passes through, Error or not", "[decoder]") {
    for (const Way& way : ways()) {
        INFO(way.name);
        const std::string half = way.encode(sample(100'000)).substr(0, 500);
        FailingSource broken(half, Error(Errc::unreachable, "connection cut"));
        CHECK_THROWS_WITH(drain(*way.decoder(broken)), "connection cut");
        FailingSource cancelled(half, 42);
        CHECK_THROWS_AS(drain(*way.decoder(cancelled)), int);
    }
}
