#include "latchkey/base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("text of every length of code point is UTF-8", "[base]") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain\n"));
    CHECK(is_utf8("\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEF\xBF\xBF"));
    CHECK(is_utf8("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"));
}

TEST_CASE("what is overlong, torn, a surrogate or too large is not UTF-8", "[base]") {
    for (const char* bytes :
         {"\xFF", "a\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xE2\x82", "\xE2\x82(", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
          "\xF0\x9F\x98"}) {
        CHECK_FALSE(is_utf8(bytes));
    }
}

TEST_CASE("a code point's length is that at the front", "[base]") {
    CHECK(code_point_length("") == 0);
    CHECK(code_point_length("ab") == 1);
    CHECK(code_point_length("\xC3\xA4z") == 2);
    CHECK(code_point_length("\xE2\x82\xACz") == 3);
    CHECK(code_point_length("\xF0\x9F\x98\x80") == 4);
    CHECK(code_point_length("\x80") == 0);
}

TEST_CASE("what is no UTF-8 is shown as a replacement", "[base]") {
    CHECK(shown_as_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
    CHECK(shown_as_utf8("\xE2\x82\xAC") == "\xE2\x82\xAC");
}

TEST_CASE("white space of all scripts is trimmed, and nothing else", "[base]") {
    CHECK(trim_utf8("\u3000 \t\u00A0a\u00A0b\u2009\r\n\u1680") == "a\u00A0b");
    CHECK(trim_utf8("\u200Ba\u200B") == "\u200Ba\u200B");
    CHECK(trim_utf8("\u2028\u2029").empty());
    CHECK(trim_utf8("").empty());
    CHECK(trim_utf8("\xA0\xA0") == "\xA0\xA0");
}
