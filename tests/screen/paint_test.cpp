#include "latchkey/screen/paint.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::screen;

TEST_CASE("without colours a text stays as it is", "[screen]") {
    for (const Paint paint :
         {Paint::bold, Paint::good, Paint::note, Paint::caution, Paint::bad, Paint::awaited}) {
        CHECK(painted(paint, "x", false) == "x");
    }
}

TEST_CASE("each paint is bold, in a colour of its own, and ends behind the text", "[screen]") {
    CHECK(painted(Paint::bold, "x", true) == "\033[1mx\033[0m");
    CHECK(painted(Paint::good, "x", true) == "\033[1m\033[92mx\033[0m");
    CHECK(painted(Paint::note, "x", true) == "\033[1m\033[94mx\033[0m");
    CHECK(painted(Paint::caution, "x", true) == "\033[1m\033[33mx\033[0m");
    CHECK(painted(Paint::bad, "x", true) == "\033[1m\033[91mx\033[0m");
    CHECK(painted(Paint::awaited, "x", true) == "\033[1m\033[96mx\033[0m");
    CHECK(painted(Paint::bold, "", true) == "\033[1m\033[0m");
}
