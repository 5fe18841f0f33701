#include "environment_text.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::config;

namespace {

platform::Environment with_value(const std::string& value) {
    return platform::Environment({{"X", value}});
}

std::string strict_error(const std::string& value) {
    return test::error_text([&] { find_strict_text(with_value(value), "X"); });
}

}  // namespace

TEST_CASE("a variable that is text is that text, and one that is empty is none", "[config]") {
    CHECK(find_strict_text(with_value("\xC3\xA4"), "X") == "\xC3\xA4");
    CHECK(find_lenient_text(with_value("a b"), "X") == "a b");
    for (const platform::Environment& environment : {with_value(""), platform::Environment()}) {
        CHECK(find_strict_text(environment, "X") == std::nullopt);
        CHECK(find_lenient_text(environment, "X") == std::nullopt);
        CHECK(find_strict_url(environment, "X") == std::nullopt);
        CHECK(find_lenient_url(environment, "X") == std::nullopt);
    }
}

TEST_CASE("what is no text is an error where it must be, shown as Rust shows it", "[config]") {
    CHECK(strict_error("a\xFF") == "environment variable was not valid unicode: \"a\\xFF\"");
    CHECK(strict_error("\xC3\xA4\"\\\n\x01\xC3") ==
          "environment variable was not valid unicode: \"\xC3\xA4\\\"\\\\\\n\\u{1}\\xC3\"");
    CHECK(find_lenient_text(with_value("a\xFF"), "X") == std::nullopt);
    CHECK(find_lenient_url(with_value("http://h/\xFF"), "X") == std::nullopt);
}

TEST_CASE("a URL is made tidy, and its password is in no error", "[config]") {
    CHECK(find_strict_url(with_value(" http:\\\\h\\a\n"), "X") == "http://h/a");
    CHECK(find_lenient_url(with_value("\thttp://h\t"), "X") == "http://h");
    CHECK(find_strict_url(with_value(" \n"), "X") == std::nullopt);
    const std::string text =
        test::error_text([] { find_strict_url(with_value("http://me:pw@h/\xFF"), "X"); });
    CHECK(text == "environment variable was not valid unicode: \"http://h/\\xFF\"");
}
