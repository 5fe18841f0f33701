#include "latchkey/dist/nightly.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

TEST_CASE("the day before crosses months, years and leap days", "[nightly]") {
    CHECK(previous_day("2026-03-01") == "2026-02-28");
    CHECK(previous_day("2024-03-01") == "2024-02-29");
    CHECK(previous_day("1900-03-01") == "1900-02-28");
    CHECK(previous_day("2026-01-01") == "2025-12-31");
    CHECK(previous_day("2026-04-16") == "2026-04-15");
    CHECK_FALSE(previous_day("0000-01-01"));
    CHECK_FALSE(previous_day("2026-02-30"));
}

TEST_CASE("a day is ten characters, and must exist", "[nightly]") {
    CHECK(parse_day("2024-02-29"));
    for (const auto* text :
         {"", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-1", "2026/01/01",
          "2026-01-01 ", "abcd-ef-gh", "2026-01-1x", "+026-01-01"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_day(text));
    }
    REQUIRE(parse_day("1970-01-11"));
    CHECK(parse_day("1970-01-11")->time_since_epoch() == std::chrono::days(10));
}

TEST_CASE("backtracking goes day by day down to the floor, which is tried too", "[nightly]") {
    Backtrack search("2026-02-28");
    CHECK(search.after_missing_component("2026-03-02") == "2026-03-01");
    CHECK(search.after_no_release("2026-03-01") == "2026-02-28");
    CHECK_FALSE(search.after_missing_component("2026-02-28"));
}

TEST_CASE("the limit counts nightlies that lack something, not days without one", "[nightly]") {
    Backtrack search{std::string(kFirstNightly), 2};
    CHECK(search.after_missing_component("2026-03-10") == "2026-03-09");
    CHECK(search.after_no_release("2026-03-09") == "2026-03-08");
    CHECK(search.after_no_release("2026-03-08") == "2026-03-07");
    CHECK_FALSE(search.after_missing_component("2026-03-07"));
}

TEST_CASE("a limit of nothing is one, so that the first nightly is tried alone", "[nightly]") {
    Backtrack search("2014-12-20", 0);
    CHECK_FALSE(search.after_missing_component("2026-03-10"));
}

TEST_CASE("a date that is none ends the search", "[nightly]") {
    Backtrack search("2014-12-20");
    CHECK_FALSE(search.after_missing_component("soon"));
}
