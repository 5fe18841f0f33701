#include "styled_text.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::args;

TEST_CASE("lines break at blanks and never inside words", "[args]") {
    CHECK(wrapped("one two three", 7) == "one two\nthree");
    CHECK(wrapped("one two three", 6) == "one\ntwo\nthree");
    CHECK(wrapped("incomprehensible", 4) == "incomprehensible");
    CHECK(wrapped("", 4).empty());
}

TEST_CASE("a continued line keeps its indent", "[args]") {
    CHECK(wrapped("  one two three", 9) == "  one two\n  three");
    CHECK(wrapped("one\n  two three\nfour", 6) == "one\n  two\n  three\nfour");
}

TEST_CASE("escapes have no width and stay", "[args]") {
    CHECK(wrapped("a \033[1mbb\033[0m cc", 7) == "a \033[1mbb\033[0m cc");
    CHECK(wrapped("a \033[1mbb\033[0m cc", 6) == "a \033[1mbb\033[0m\ncc");
}

TEST_CASE("white space goes at the end and only there", "[args]") {
    CHECK(wrapped("a\n    \nb \n", 9) == "a\n    \nb");
}

TEST_CASE("marks become escapes, escapes can be taken away", "[args]") {
    const std::string text = styled_markup("{{h:T:}}\n  {{l:$ x}} {{p:<y>}} {{b:z}} {w}");
    CHECK(text ==
          "\033[1m\033[92mT:\033[0m\n  \033[1m\033[96m$ x\033[0m \033[36m<y>\033[0m "
          "\033[1mz\033[0m {w}");
    CHECK(without_escapes(text) == "T:\n  $ x <y> z {w}");
    CHECK(styled(Style::bold, "").empty());
}

TEST_CASE("a hanging text is indented from its second line on", "[args]") {
    CHECK(hanging("a\nb\nc", 2) == "a\n  b\n  c");
}
