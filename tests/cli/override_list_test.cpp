#include "override_list.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::cli;

TEST_CASE("overrides are two columns", "[cli]") {
    CHECK(override_list_text({{"/w", "stable", false}}) ==
          "/w                                      \tstable              \n");
    CHECK(override_list_text({}) == "no overrides\n");
}

TEST_CASE("a directory that is gone is told, and an empty line follows the list", "[cli]") {
    CHECK(override_list_text({{"/gone", "stable", true}, {"/w", "a-name-of-20-columns", false}}) ==
          "/gone (not a directory)                 \tstable              \n"
          "/w                                      \ta-name-of-20-columns\n"
          "\n");
}

TEST_CASE("an override in a document says whether its directory is there", "[cli]") {
    CHECK(boost::json::serialize(
              override_values({{"/gone", "stable", true}, {"/\xFF", "b", false}})) ==
          R"([{"directory":"/gone","exists":false,"toolchain":"stable"},)"
          "{\"directory\":\"/"
          "\uFFFD\",\"directory_bytes\":[47,255],\"exists\":true,\"toolchain\":\"b\"}]");
    CHECK(override_values({}).empty());
}
