#include "latchkey/screen/summary.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace latchkey::screen;
using Banner = SummaryItem::Banner;

TEST_CASE("a summary stands between two empty lines", "[screen]") {
    const std::vector<SummaryItem> items = {{"stable", Banner::installed, "rustc 1.95.0", {}}};
    CHECK(summary_text(items, false) == "\n  stable installed - rustc 1.95.0\n\n");
}

TEST_CASE("the names of a summary end in one column", "[screen]") {
    const std::vector<SummaryItem> items = {
        {"stable", Banner::unchanged, "rustc 1.95.0", {}},
        {"nightly", Banner::failed, "(toolchain not installed)", {}},
    };
    CHECK(summary_text(items, false) ==
          "\n"
          "       stable unchanged - rustc 1.95.0\n"
          "  nightly update failed - (toolchain not installed)\n"
          "\n");
}

TEST_CASE("a summary tells the old version of what was updated, and of nothing else", "[screen]") {
    const std::vector<SummaryItem> updated = {
        {"beta", Banner::updated, "rustc 1.96.0", "rustc 1.95.0"}};
    CHECK(summary_text(updated, false) ==
          "\n  beta updated - rustc 1.96.0 (from rustc 1.95.0)\n\n");
    const std::vector<SummaryItem> unchanged = {
        {"beta", Banner::unchanged, "rustc 1.96.0", "rustc 1.96.0"}};
    CHECK(summary_text(unchanged, false) == "\n  beta unchanged - rustc 1.96.0\n\n");
}

TEST_CASE("a version is one line that moves nothing", "[screen]") {
    const std::vector<SummaryItem> items = {{"a", Banner::updated, "1\033[2J", "0\nb - 2"}};
    CHECK(summary_text(items, false) == "\n  a updated - 1?[2J (from 0?b - 2)\n\n");
}

TEST_CASE("colours do not move the columns of a summary", "[screen]") {
    const std::vector<SummaryItem> items = {
        {"a", Banner::unchanged, "1", {}},
        {"long", Banner::failed, "2", {}},
        {"b", Banner::updated, "3", "0"},
    };
    CHECK(summary_text(items, true) ==
          "\n"
          "         \033[1ma unchanged\033[0m - 1\n"
          "  \033[1m\033[91mlong update failed\033[0m - 2\n"
          "           \033[1m\033[92mb updated\033[0m - 3 (from 0)\n"
          "\n");
}
