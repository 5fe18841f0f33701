#include "encoding_choice.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::transfer;
using config::Compression;
using dist::Encoding;

namespace {

dist::Source source(Encoding encoding, std::string hash = std::string(64, 'a')) {
    dist::Source made;
    made.encoding = encoding;
    made.hash = std::move(hash);
    return made;
}

const std::vector<dist::Source> kOfficial{source(Encoding::xz), source(Encoding::gz)};
const std::vector<dist::Source> kAll{source(Encoding::xz), source(Encoding::gz),
                                     source(Encoding::zst)};

Encoding chosen(const std::vector<dist::Source>& sources, Compression wish,
                std::optional<double> mbit_per_second, double processors = 2,
                std::size_t together = 6) {
    Circumstances circumstances{std::nullopt, processors, together};
    if (mbit_per_second) circumstances.line_bytes_per_second = *mbit_per_second * 1e6 / 8;
    const dist::Source* const found = choose_source(sources, wish, circumstances);
    REQUIRE(found);
    return found->encoding;
}

}  // namespace

TEST_CASE("on a slow line the fewest bytes are fetched, on a fast one the least work",
          "[encoding]") {
    for (const double mbit : {1.0, 5.0, 20.0, 100.0}) {
        CHECK(chosen(kOfficial, Compression::automatic, mbit) == Encoding::xz);
    }
    for (const double mbit : {1000.0, 10000.0, 100000.0}) {
        CHECK(chosen(kOfficial, Compression::automatic, mbit) == Encoding::gz);
    }
}

TEST_CASE("processors that others use make xz dear", "[encoding]") {
    CHECK(chosen(kOfficial, Compression::automatic, 200.0, 2) == Encoding::xz);
    CHECK(chosen(kOfficial, Compression::automatic, 200.0, 0.5) == Encoding::gz);
}

TEST_CASE("many processors do not split the one that takes the longest", "[encoding]") {
    CHECK(chosen(kOfficial, Compression::automatic, 600.0, 2) == Encoding::gz);
    CHECK(chosen(kOfficial, Compression::automatic, 600.0, 64) == Encoding::gz);
    CHECK(chosen(kOfficial, Compression::automatic, 250.0, 64, 6) == Encoding::xz);
    CHECK(chosen(kOfficial, Compression::automatic, 250.0, 64, 1) == Encoding::gz);
}

TEST_CASE("zst is few bytes and little work, and wins in between", "[encoding]") {
    CHECK(chosen(kAll, Compression::automatic, 20.0) == Encoding::xz);
    CHECK(chosen(kAll, Compression::automatic, 400.0) == Encoding::zst);
    CHECK(chosen(kAll, Compression::automatic, 10000.0) == Encoding::zst);
}

TEST_CASE("while nothing is known of the line, rustup's order holds", "[encoding]") {
    CHECK(chosen(kOfficial, Compression::automatic, std::nullopt) == Encoding::xz);
    CHECK(chosen(kAll, Compression::automatic, std::nullopt) == Encoding::zst);
}

TEST_CASE("a wish is fulfilled where it can be", "[encoding]") {
    CHECK(chosen(kAll, Compression::gz, 5.0) == Encoding::gz);
    CHECK(chosen(kAll, Compression::xz, 10000.0) == Encoding::xz);
    CHECK(chosen(kAll, Compression::zst, 5.0) == Encoding::zst);
    CHECK(chosen(kOfficial, Compression::zst, 10000.0) == Encoding::xz);
}

TEST_CASE("an encoding whose hash no bytes can match is as good as none", "[encoding]") {
    const std::vector<dist::Source> half{source(Encoding::xz, "none"), source(Encoding::gz)};
    CHECK(chosen(half, Compression::xz, 5.0) == Encoding::gz);
    CHECK(choose_source({source(Encoding::xz, "")}, Compression::automatic, {}) == nullptr);
}

TEST_CASE("another encoding is begun when it is better than the rest of this one", "[encoding]") {
    const dist::Source& xz = kOfficial[0];
    const dist::Source& gz = kOfficial[1];
    const Circumstances fast{125e6, 2, 6};
    const Circumstances slow{1e6, 2, 6};
    CHECK(find_better(kOfficial, xz, 0.95, fast) == &gz);
    CHECK(find_better(kOfficial, xz, 0.3, fast) == nullptr);
    CHECK(find_better(kOfficial, gz, 0.95, fast) == nullptr);
    CHECK(find_better(kOfficial, gz, 0.95, slow) == &xz);
    CHECK(find_better(kOfficial, xz, 1.0, slow) == nullptr);
    CHECK(find_better(kOfficial, xz, 1.0, {std::nullopt, 2, 6}) == nullptr);
}
