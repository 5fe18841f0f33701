#include "latchkey/dist/channel.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace latchkey::dist;

namespace {

Channel channel(std::string_view text) {
    return Channel::parse(text).value();
}

}  // namespace

TEST_CASE("channels are named, or versions of one digit, three and two", "[channel]") {
    for (const auto* text :
         {"stable", "beta", "nightly", "1.95", "1.95.0", "1.96.0-beta.2", "1.96.0-beta", "0.0.0",
          "9.999.99-beta.99", "1.9", "1.0.0-beta.0", "1.23-beta", "1.23-beta.4"}) {
        CAPTURE(text);
        REQUIRE(Channel::parse(text));
        CHECK(channel(text).str() == text);
    }
}

TEST_CASE("what is nearly a version is none", "[channel]") {
    for (const auto* text : {"",
                             "3",
                             "00.0000.000",
                             "1.90.01",
                             "0.0.0-",
                             "10.1",
                             "1.",
                             "1.95.",
                             "1.1000",
                             "1.95.100",
                             "1.95.0-beta.",
                             "1.95.0-beta.123",
                             "1.95.0-rc.1",
                             "1.0.0-beta.01",
                             "1.0.0-beta.00",
                             "1.95.0.0",
                             "Stable",
                             "stable ",
                             "1.95.0-beta2",
                             "-1.2",
                             "1.+2",
                             "1.٣"}) {
        CAPTURE(text);
        CHECK_FALSE(Channel::parse(text));
    }
}

TEST_CASE("1.0 to 1.8 mean their only patch release", "[channel]") {
    CHECK(channel("1.0").str() == "1.0.0");
    CHECK(channel("1.8").str() == "1.8.0");
    CHECK(channel("1.9").str() == "1.9");
    CHECK(channel("2.0").str() == "2.0");
    CHECK(channel("1.8-beta").str() == "1.8-beta");
    CHECK(channel("1.0.1").str() == "1.0.1");
}

TEST_CASE("named channels, versions without patch and plain betas move on", "[channel]") {
    for (const auto* text : {"stable", "beta", "nightly", "1.95", "1.23-beta", "1.23.0-beta"}) {
        CAPTURE(text);
        CHECK(channel(text).moves());
    }
    for (const auto* text : {"1.47.0", "1.23.0-beta.2", "1.8"}) {
        CAPTURE(text);
        CHECK_FALSE(channel(text).moves());
    }
}

TEST_CASE("channels are sorted as toolchains are listed", "[channel]") {
    const std::vector<std::string> sorted{
        "stable",        "beta",           "nightly", "1.9",    "1.95-beta", "1.95", "1.95.0-beta",
        "1.95.0-beta.2", "1.95.0-beta.10", "1.95.0",  "1.95.1", "1.100",     "2.0"};
    auto shuffled = sorted;
    std::ranges::reverse(shuffled);
    std::ranges::sort(shuffled, {}, channel);
    CHECK(shuffled == sorted);
}
