#include "latchkey/dist/version.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "version_shape.hpp"

using namespace latchkey::dist;

namespace {

Version version(const std::string& text) {
    bool leading_zero = false;
    const auto parsed = parse_version_shape(text, &leading_zero);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("versions are ordered as semantic versioning orders them", "[dist]") {
    const std::vector<std::string> rising = {
        "1.8",    "1.8.0",  "1.8.1",         "1.80.0-beta",    "1.80.0-beta.1", "1.80.0-beta.2",
        "1.80.0", "1.80.1", "1.81.0-beta.9", "1.81.0-beta.10", "1.100",         "2.0"};
    for (std::size_t one = 0; one < rising.size(); ++one) {
        for (std::size_t other = 0; other < rising.size(); ++other) {
            INFO(rising[one] << " and " << rising[other]);
            CHECK((version(rising[one]) <=> version(rising[other])) == (one <=> other));
        }
    }
}

TEST_CASE("equal versions are equal in every part", "[dist]") {
    CHECK(version("1.80.0-beta.2") == version("1.80.0-beta.2"));
    CHECK(version("1.80") != version("1.80.0"));
    CHECK(version("1.80.0-beta") != version("1.80.0"));
    CHECK(version("1.80.0-beta") != version("1.80.0-beta.1"));
}
