#include "version_shape.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

namespace {

struct Shape {
    std::optional<Version> version;
    bool leading_zero = false;
};

Shape shape_of(const std::string& text) {
    Shape shape;
    shape.version = parse_version_shape(text, &shape.leading_zero);
    return shape;
}

}  // namespace

TEST_CASE("a version has two or three numbers, and may be a beta", "[dist]") {
    const auto full = shape_of("1.96.0-beta.2").version;
    REQUIRE(full);
    CHECK(full->major == 1);
    CHECK(full->minor == 96);
    CHECK(full->patch == 0);
    CHECK(full->beta);
    CHECK(full->beta_number == 2);

    const auto bare = shape_of("1.95").version;
    REQUIRE(bare);
    CHECK_FALSE(bare->patch);
    CHECK_FALSE(bare->beta);

    const auto beta = shape_of("1.95-beta").version;
    REQUIRE(beta);
    CHECK(beta->beta);
    CHECK_FALSE(beta->beta_number);
}

TEST_CASE("what is no version has no shape of one", "[dist]") {
    for (const char* text : {"",
                             "1",
                             "1.",
                             ".1",
                             "v1.95",
                             "1.95.",
                             "1.95.0.1",
                             "1.95.0-",
                             "1.95.0-rc",
                             "1.95.0-beta.",
                             "1.95.0-beta.x",
                             "1.95.0-beta2",
                             "1.1000",
                             "1.95.100",
                             "11.0",
                             "-1.0",
                             "1.95 ",
                             " 1.95",
                             "1.95.0-nightly",
                             "1.95.0-beta.100"}) {
        INFO(text);
        CHECK_FALSE(shape_of(text).version);
    }
}

TEST_CASE("a number has no leading zero, but a zero may stand alone", "[dist]") {
    CHECK(shape_of("1.0").version);
    CHECK(shape_of("0.9").version);
    CHECK(shape_of("1.0.0").version);
    CHECK_FALSE(shape_of("1.09").version);
    CHECK_FALSE(shape_of("1.9.01").version);
}

TEST_CASE("a beta's number with a leading zero is told apart", "[dist]") {
    CHECK(shape_of("1.96.0-beta.01").leading_zero);
    CHECK(shape_of("1.96.0-beta.01").version);
    CHECK_FALSE(shape_of("1.96.0-beta.1").leading_zero);
    CHECK_FALSE(shape_of("1.96.0-beta.10").leading_zero);
    CHECK_FALSE(shape_of("1.96.0-beta.001").version);
}
