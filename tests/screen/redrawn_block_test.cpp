#include "latchkey/screen/redrawn_block.hpp"

#include <catch2/catch.hpp>

using latchkey::screen::RedrawnBlock;

namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a frame takes the place of the last one", "[screen]") {
    RedrawnBlock block;
    CHECK(block.empty());
    CHECK(block.frame({"one", "two"}, 80, 24) == "one\033[K\ntwo\033[K\n\033[J");
    CHECK_FALSE(block.empty());
    CHECK(block.frame({"three"}, 80, 24) == "\033[2A\rthree\033[K\n\033[J");
    CHECK(block.frame({}, 80, 24) == "\033[1A\r\033[J");
    CHECK(block.empty());
}

TEST_CASE("what comes above scrolls up and is not drawn over", "[screen]") {
    RedrawnBlock block;
    block.frame({"one"}, 80, 24);
    CHECK(block.frame({"one"}, 80, 24, {"done"}) == "\033[1A\rdone\033[K\none\033[K\n\033[J");
    CHECK(block.frame({"one"}, 80, 24) == "\033[1A\rone\033[K\n\033[J");
}

TEST_CASE("lines that do not fit are counted", "[screen]") {
    RedrawnBlock block;
    CHECK(block.frame({"1", "2", "3", "4", "5"}, 80, 4) ==
          "1\033[K\n2\033[K\n... and 3 lines more\033[K\n\033[J");
    CHECK(block.frame({"1", "2", "3"}, 80, 4) == "\033[3A\r1\033[K\n2\033[K\n3\033[K\n\033[J");
}

TEST_CASE("a terminal that became narrower has broken the lines that are there", "[screen]") {
    RedrawnBlock block;
    block.frame({std::string(30, 'x'), "y"}, 40, 24);
    CHECK(block.erased(10, 24) == "\033[4A\r\033[J");  // Three lines and one.
    CHECK(block.erased(10, 24).empty());
}

TEST_CASE("nothing above the screen is reached for", "[screen]") {
    RedrawnBlock block;
    block.frame({std::string(30, 'x'), "y"}, 40, 24);
    CHECK(block.erased(10, 3) == "\033[2A\r\033[J");
}
