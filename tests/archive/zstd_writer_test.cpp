#include "latchkey/archive/zstd_writer.hpp"

#include <catch2/catch.hpp>

#include <utility>

#include "latchkey/archive/decoder.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using archive::ZstdWriter;

namespace {

std::string compressed(const std::string& text, std::size_t step) {
    std::string bytes;
    ZstdWriter writer([&](std::span<const std::byte> block) {
        bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
    });
    for (std::size_t i = 0; i < text.size(); i += step) {
        writer.write(as_bytes(std::string_view(text).substr(i, step)));
    }
    writer.finish();
    return bytes;
}

class AllAtOnce final : public archive::ByteSource {
public:
    explicit AllAtOnce(std::string_view text) : text_(text) {}
    std::span<const std::byte> next() override {
        return as_bytes(std::exchange(text_, std::string_view()));
    }

private:
    std::string_view text_;
};

std::string decompressed(const std::string& bytes) {
    AllAtOnce source(bytes);
    const auto decoder = archive::make_decoder(archive::Encoding::zst, source);
    std::string text;
    for (auto block = decoder->next(); !block.empty(); block = decoder->next()) {
        text.append(reinterpret_cast<const char*>(block.data()), block.size());
    }
    return text;
}

/// So long that several blocks come out.
std::string long_text() {
    std::string text;
    unsigned value = 1;
    while (text.size() < 1'000'000) {
        value = value * 1103515245 + 12345;
        text += static_cast<char>(value >> 16);
    }
    return text;
}

}  // namespace

TEST_CASE("what is compressed is decompressed again", "[zstd_writer]") {
    for (const std::string& text : {std::string(), std::string("hello"), long_text()}) {
        CHECK(decompressed(compressed(text, 4096)) == text);
    }
}

TEST_CASE("a change in what is compressed is noticed", "[zstd_writer]") {
    const std::string bytes = compressed(long_text(), 65536);
    for (const std::size_t place : {bytes.size() / 2, bytes.size() - 1}) {
        std::string bad = bytes;
        bad[place] = static_cast<char>(bad[place] ^ 1);
        CHECK_FALSE(test::error_text([&] { (void)decompressed(bad); }) == "no error");
    }
    CHECK_FALSE(test::error_text([&] { (void)decompressed(bytes.substr(0, bytes.size() - 5)); }) ==
                "no error");
}

TEST_CASE("the same text gives the same bytes", "[zstd_writer]") {
    CHECK(compressed(long_text(), 4096) == compressed(long_text(), 4096));
}

TEST_CASE("what the output of a compression throws comes through", "[zstd_writer]") {
    ZstdWriter writer([](std::span<const std::byte>) { throw Error(Errc::no_room, "no room"); });
    CHECK(test::error_text([&] {
              writer.write(as_bytes("hello"));
              writer.finish();
          }) == "no room");
}
