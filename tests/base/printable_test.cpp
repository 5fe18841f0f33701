#include "latchkey/base/printable.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("no control character of others is printed", "[base]") {
    CHECK(printable("a\033[31mb\r\b\x7F\0c") == "a?[31mb???");
    CHECK(printable("\xC2\x9B"
                    "31m \xC2\x80 \xC2\x9F") == "?31m ? ?");
    CHECK(printable_line("one\ntwo\tthree") == "one?two?three");
    CHECK(printable("one\n\ttwo") == "one\n\ttwo");
}

TEST_CASE("of painted text only the paint is left", "[base]") {
    CHECK(printable_painted("\033[1m\033[92mgood\033[0m \033[31mx\033[2m\n") ==
          "\033[1m\033[92mgood\033[0m \033[31mx\033[2m\n");
    CHECK(printable_painted("\033[2J\033[8m\033[m\033[1;31m\033[1\033[\033") ==
          "?[2J?[8m?[m?[1;31m?[1?[?");
    CHECK(printable_painted("\033]0;x\a\xC2\x9B"
                            "31m\r") == "?]0;x??31m?");
}

TEST_CASE("text stays as it is", "[base]") {
    CHECK(printable_line("na\xC3\xAFve \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x98\x80 ~") ==
          "na\xC3\xAFve \xC2\xA0 \xE2\x82\xAC \xF0\x9F\x98\x80 ~");
    CHECK(printable_line("").empty());
}

TEST_CASE("what is no text is shown as such, for some terminals obey single bytes", "[base]") {
    CHECK(printable("\x9B"
                    "31m") ==
          "\xEF\xBF\xBD"
          "31m");
    CHECK(printable("cut \xE2\x82") == "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}
