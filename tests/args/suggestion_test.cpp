#include "suggestion.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::args;

TEST_CASE("similarity is Jaro's", "[args]") {
    CHECK(similarity("", "") == 1);
    CHECK(similarity("a", "") == 0);
    CHECK(similarity("same", "same") == 1);
    CHECK(similarity("abc", "xyz") == 0);
    // The examples of the literature.
    CHECK(similarity("MARTHA", "MARHTA") == Approx(0.9444).margin(1e-4));
    CHECK(similarity("DIXON", "DICKSONX") == Approx(0.7667).margin(1e-4));
    CHECK(similarity("DWAYNE", "DUANE") == Approx(0.8222).margin(1e-4));
}

TEST_CASE("letters are compared, not bytes", "[args]") {
    CHECK(similarity("\xC3\xA4", "\xC3\xB6") == 0);
    CHECK(similarity("n\xC3\xA4he", "nahe") == Approx(0.8333).margin(1e-4));
}

TEST_CASE("the best candidate comes last, of equals the later", "[args]") {
    const std::vector<std::string_view> names = {"list", "uninstall", "install", "link"};
    CHECK(similar_words("isntall", names) ==
          std::vector<std::string>{"list", "uninstall", "install"});
    CHECK(similar_words("lin", names) == std::vector<std::string>{"list", "link"});
    CHECK(similar_words("xyz", names).empty());
}

TEST_CASE("a byte that is no UTF-8 counts as a replacement character", "[args]") {
    CHECK(code_points("a\xFF\xE2\x82\xAC\xF0\x9F\x98\x80") == U"a\uFFFD\u20AC\U0001F600");
}
