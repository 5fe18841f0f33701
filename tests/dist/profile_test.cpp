#include "latchkey/dist/profile.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

TEST_CASE("profiles have long names, one letter, and a default", "[profile]") {
    CHECK(parse_profile("minimal") == Profile::minimal);
    CHECK(parse_profile("m") == Profile::minimal);
    CHECK(parse_profile("default") == Profile::default_);
    CHECK(parse_profile("d") == Profile::default_);
    CHECK(parse_profile("") == Profile::default_);
    CHECK(parse_profile("complete") == Profile::complete);
    CHECK(parse_profile("c") == Profile::complete);
    for (const auto p : {Profile::minimal, Profile::default_, Profile::complete}) {
        CHECK(parse_profile(str(p)) == p);
    }
    CHECK(error_of([] { return parse_profile("X"); }) ==
          "unknown profile name: 'X'; valid profile names are: minimal, default, complete");
}
