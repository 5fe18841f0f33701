#include "latchkey/base/digest.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("a digest is 64 lower-case hex digits and nothing else", "[digest]") {
    const std::string hex(64, 'a');
    REQUIRE(Digest::parse(hex));
    CHECK(Digest::parse(hex)->hex() == hex);
    CHECK_FALSE(Digest::parse(std::string(64, 'A')));
    CHECK_FALSE(Digest::parse(std::string(63, 'a')));
    CHECK_FALSE(Digest::parse(std::string(63, 'a') + "g"));
}

TEST_CASE("a digest's bytes are its digits in their order", "[digest]") {
    Digest::Bytes bytes{};
    bytes.front() = 0x0f;
    bytes.back() = 0xa1;
    const Digest digest(bytes);
    CHECK(digest.hex() == "0f" + std::string(60, '0') + "a1");
    CHECK(Digest::parse(digest.hex()) == digest);
}
