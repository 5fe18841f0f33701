#include "latchkey/screen/size_text.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::screen;

TEST_CASE("a size is told in the largest unit of which it has one", "[screen]") {
    CHECK(size_text(0) == "0 B");
    CHECK(size_text(1) == "1 B");
    CHECK(size_text(1023) == "1023 B");
    CHECK(size_text(1024) == "1.0 KiB");
    CHECK(size_text(1536) == "1.5 KiB");
    CHECK(size_text(1024 * 1024 - 1) == "1024.0 KiB");
    CHECK(size_text(1024 * 1024) == "1.0 MiB");
    CHECK(size_text(700ULL * 1024 * 1024) == "700.0 MiB");
    CHECK(size_text(1024ULL * 1024 * 1024) == "1.0 GiB");
    CHECK(size_text(UINT64_MAX) == "17179869184.0 GiB");
}

TEST_CASE("two sizes may be told in one unit", "[screen]") {
    const SizeUnit unit = size_unit(2048);
    CHECK(unit.name == "KiB");
    CHECK(in_unit(2048, unit) == "2.0");
    CHECK(in_unit(512, unit) == "0.5");
    CHECK(in_unit(0, unit) == "0.0");
    CHECK(in_unit(17, size_unit(17)) == "17");
}
