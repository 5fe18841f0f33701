#include "latchkey/base/text.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;

TEST_CASE("text: splitting, trimming, numbers", "[text]") {
    CHECK(split("", ',').size() == 1);
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(lines("a\nb") == std::vector<std::string_view>{"a", "b"});
    CHECK(lines("a\r\n\r\nb\rc\r") == std::vector<std::string_view>{"a", "", "b\rc\r"});
    CHECK(lines("a\n\n") == std::vector<std::string_view>{"a", ""});
    CHECK(lines("").empty());
    CHECK(trim(" \ta b\n") == "a b");
    CHECK(trim(" \n").empty());
    CHECK(parse_number("18446744073709551615") == 18446744073709551615ULL);
    CHECK_FALSE(parse_number("18446744073709551616"));
    CHECK_FALSE(parse_number("-1"));
    CHECK_FALSE(parse_number("1 "));
    CHECK_FALSE(parse_number(""));
    CHECK(replace_all("aXbX", "X", "yX") == "ayXbyX");
}

TEST_CASE("a url's text is made tidy as browsers do it", "[text]") {
    CHECK(tidy_url(" \t\x01http://h/a b\x1f\r\n") == "http://h/a b");
    CHECK(tidy_url("http://h\r/a\n\tb") == "http://h/ab");
    CHECK(tidy_url("HTTPS:\\\\h\\a?b\\c") == "HTTPS://h/a?b\\c");
    CHECK(tidy_url("file:\\a#b\\c") == "file:/a#b\\c");
    CHECK(tidy_url("other:\\a") == "other:\\a");
    CHECK(tidy_url("\r\n ") == "");
}

TEST_CASE("text: joining, hex digits, bytes", "[text]") {
    const std::vector<std::string> parts = {"a", "", "b"};
    CHECK(join(parts, ", ") == "a, , b");
    CHECK(join({}, ", ").empty());
    const std::vector<std::uint8_t> bytes = {0x00, 0x0f, 0xff};
    CHECK(to_hex(bytes) == "000fff");
    CHECK(as_bytes("ab").size() == 2);
    CHECK(as_bytes("ab")[1] == std::byte{'b'});
}
