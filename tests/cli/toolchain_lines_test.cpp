#include "toolchain_lines.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::cli;

TEST_CASE("a toolchain's marks name what it is", "[cli]") {
    CHECK(Marks{"a", "a"}.suffix("a") == " (active, default)");
    CHECK(Marks{"a", "b"}.suffix("a") == " (active)");
    CHECK(Marks{"a", "b"}.suffix("b") == " (default)");
    CHECK(Marks{"a", "b"}.suffix("c").empty());
    CHECK(Marks{"", ""}.suffix("c").empty());
}

TEST_CASE("components of rust-std stand for targets, others do not", "[cli]") {
    CHECK(targets_of({"rustc-x86_64-unknown-linux-gnu", "rust-std-wasm32-unknown-unknown"}) ==
          std::vector<std::string>{"wasm32-unknown-unknown"});
}
