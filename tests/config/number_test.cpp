#include "number.hpp"

#include <catch2/catch.hpp>

using latchkey::config::parse_env_number;

TEST_CASE("a number of the environment is digits, perhaps after a plus", "[config]") {
    CHECK(parse_env_number("0").value == 0U);
    CHECK(parse_env_number("+17").value == 17U);
    CHECK(parse_env_number("007").value == 7U);
    CHECK(parse_env_number("18446744073709551615").value == 18446744073709551615U);
}

TEST_CASE("why it is none is said in rustup's words", "[config]") {
    struct Row {
        const char* text;
        const char* cause;
    };
    for (const Row& row :
         {Row{"", "cannot parse integer from empty string"},
          Row{"+", "invalid digit found in string"}, Row{"-1", "invalid digit found in string"},
          Row{" 1", "invalid digit found in string"}, Row{"1e3", "invalid digit found in string"},
          Row{"18446744073709551616", "number too large to fit in target type"}}) {
        CHECK_FALSE(parse_env_number(row.text).value);
        CHECK(parse_env_number(row.text).cause == row.cause);
    }
}
