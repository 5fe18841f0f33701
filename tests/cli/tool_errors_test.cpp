#include "tool_errors.hpp"

#include <catch2/catch.hpp>

#include "latchkey/dist/toolchain_name.hpp"

using namespace latchkey;
using namespace latchkey::cli;

TEST_CASE("which names the component that has the tool", "[cli]") {
    const resolve::Name mine = *dist::CustomName::parse("mine");
    CHECK(std::string(unknown_tool_error(mine, "cargo-fmt", true).what()) ==
          "'cargo-fmt' is not installed for the toolchain 'mine'.\n"
          "help: run `rustup component add rustfmt` to install it");
    CHECK(std::string(unknown_tool_error(mine, "cargo-fmt", false).what()) ==
          "'cargo-fmt' is not installed for the toolchain 'mine'.\n"
          "help: run `rustup component add --toolchain mine rustfmt` to install it");
    CHECK(std::string(unknown_tool_error(mine, "gcc", true).what()) ==
          "unknown binary 'gcc' in toolchain 'mine'");
}
