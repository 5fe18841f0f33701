#include "latchkey/platform/system.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::platform;
using namespace std::chrono_literals;

TEST_CASE("a time is read as it was written, to the second", "[system]") {
    const std::chrono::system_clock::time_point time{1'764'000'000s + 250ms};
    CHECK(format_time(time) == "2025-11-24T16:00:00.250Z");
    CHECK(parse_time(format_time(time)) == time - 250ms);
    // Earlier versions wrote whole seconds.
    CHECK(parse_time("2025-11-24T16:00:00Z") == time - 250ms);
}

TEST_CASE("a text that is not a time is not read as one", "[system]") {
    for (const char* text :
         {"", "Z", "2025-11-24T16:00:00", "2025-11-24T16:00:00.Z", "2025-11-24T16:00:00 Z",
          "2025-11-24T16:00:00x.1Z", "2025-11-24T16:00:00.1 Z", " 025-11-24T16:00:00Z",
          "2025-02-30T16:00:00Z", "2025-11-24T16:00:61Z", "2025-1-4T6:0:0Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text));
    }
}

TEST_CASE("a time that the clock cannot count to is not read", "[system]") {
    CHECK(parse_time("2262-04-11T23:47:16Z"));
    CHECK_FALSE(parse_time("2262-04-11T23:47:17Z"));
    CHECK_FALSE(parse_time("9999-12-31T23:59:59Z"));
    CHECK(parse_time("1677-09-21T00:12:44Z"));
    CHECK_FALSE(parse_time("1677-09-21T00:12:43Z"));
}
