#include "escaped.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::store;

TEST_CASE("any text is a part of one line, and comes back", "[store]") {
    CHECK(escaped_line("rustup add\na\r\n100%") == "rustup add%0Aa%0D%0A100%25");
    for (const char* text : {"", "plain", "%", "%25", "%0A", "%250A", "a\n\n\r%\r", "%%0D"}) {
        CHECK(unescaped_line(escaped_line(text)) == text);
        CHECK(escaped_line(text).find_first_of("\r\n") == std::string::npos);
    }
}
