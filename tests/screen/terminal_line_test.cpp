#include "latchkey/screen/terminal_line.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::screen;

TEST_CASE("a line takes columns for letters, not for bytes or colours", "[screen]") {
    CHECK(columns_of("") == 0);
    CHECK(columns_of("äöü") == 3);
    CHECK(columns_of("\033[1m\033[38;5;9mab\033[0m") == 2);
    CHECK(columns_of("日本 go") == 7);
    CHECK(columns_of("\xff\xfe") == 2);
    CHECK(columns_of("\033[2K") == 4);  // No colour.
}

TEST_CASE("lines are cut by columns, and colours end behind the cut", "[screen]") {
    CHECK(cut_to_columns("äöüß", 3) == "äö");
    CHECK(cut_to_columns("\xff\xfe\xfd", 3) == "\xff\xfe");
    CHECK(cut_to_columns("abc", 80) == "abc");
    CHECK(cut_to_columns("日本", 4) == "日");
    CHECK(cut_to_columns("\033[1mabc\033[0m", 3) == "\033[1mab\033[0m");
    CHECK(cut_to_columns("abc", 0) == "a");
}
