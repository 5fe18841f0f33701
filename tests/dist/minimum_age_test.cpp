#include "latchkey/dist/minimum_age.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;
using namespace latchkey::dist;
using std::chrono::days;

namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1779321599)};  // 2026-05-20 23:59:59

}  // namespace

TEST_CASE("an age is days or weeks, up to a year", "[minimum_age]") {
    CHECK(parse_minimum_age("none") == days(0));
    CHECK(parse_minimum_age("0d") == days(0));
    CHECK(parse_minimum_age("3d") == days(3));
    CHECK(parse_minimum_age("2w") == days(14));
    CHECK(parse_minimum_age("365d") == days(365));
    CHECK(str(parse_minimum_age("2w")) == "14d");
    for (const char* bad :
         {"", "d", "3", "-3d", "3h", "366d", "53w", "99999999999999999999d", "3 d"}) {
        CHECK_THROWS_AS(parse_minimum_age(bad), Error);
    }
    CHECK_THROWS_WITH(
        parse_minimum_age("soon"),
        "'soon' is not an age; give days or weeks, up to a year, such as `3d` or `2w`, "
        "or `none`");
}

TEST_CASE("the newest nightly that is old enough is so many days ago", "[minimum_age]") {
    CHECK(newest_old_enough(days(3), kNow) == "2026-05-17");
    CHECK(newest_old_enough(days(3), kNow + std::chrono::seconds(1)) == "2026-05-18");
    CHECK(newest_old_enough(days(20), kNow) == "2026-04-30");
}

TEST_CASE("a clock from before the first nightly is told", "[minimum_age]") {
    CHECK_THROWS_WITH(
        newest_old_enough(days(3), std::chrono::sys_seconds()),
        "by this machine's clock it is 1970-01-01, and with `minimum-age` 3d no nightly "
        "is old enough; set the clock");
    Manifest manifest;
    manifest.date = "2026-05-20";
    CHECK(
        too_young_text(manifest, days(3), kNow) ==
        "skipping the nightly of 2026-05-20, which is younger than 3d: by this machine's clock, it "
        "is 2026-05-20; `rustup set minimum-age none` takes it");
}
