#include "latchkey/screen/prose.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

namespace {

const std::string kLong(90, 'x');

}  // namespace

TEST_CASE("lines that fit stay as they are", "[screen]") {
    CHECK(screen::prose_text("one\n\ntwo  words\n", false) == "one\n\ntwo  words\n");
}

TEST_CASE("a word that does not fit goes to the next line, and leaves its blank", "[screen]") {
    CHECK(screen::prose_text("in " + kLong + " out\n", false) == "in \n" + kLong + "\nout\n");
    CHECK(screen::prose_text(kLong + "     # after many blanks\n", false) ==
          kLong + "\n# after many blanks\n");
    CHECK(screen::prose_text("  " + kLong + " stays\n", false) == "  " + kLong + " stays\n");
}

TEST_CASE("marks are bold or nothing, and take no column", "[screen]") {
    const std::string mark(1, screen::kBoldMark);
    const std::string fits(70, 'y');
    CHECK(screen::prose_text(fits + " " + mark + "12345678" + mark + "\n", false) ==
          fits + " 12345678\n");
    CHECK(screen::prose_text("a " + mark + "b" + mark + "\n", true) ==
          "a \033[0m\033[1mb\033[0m\n");
    CHECK(screen::prose_text("# Title\ntext\n", true) == "\033[0m\033[1m\nTitle\n\033[0m\ntext\n");
}
