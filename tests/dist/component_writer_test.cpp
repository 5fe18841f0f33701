#include "component_writer.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

TEST_CASE("a component is three lines of TOML", "[component]") {
    std::string text;
    append_component(text, {"clippy-preview", "x86_64-unknown-linux-gnu", true});
    append_component(text, {"rust-src", std::nullopt, false});
    CHECK(text ==
          "pkg = \"clippy-preview\"\ntarget = \"x86_64-unknown-linux-gnu\"\nis_extension = true\n"
          "pkg = \"rust-src\"\ntarget = \"*\"\nis_extension = false\n");
}
