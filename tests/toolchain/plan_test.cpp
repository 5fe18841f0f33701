#include "plan.hpp"

#include <catch2/catch.hpp>

#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;
using toolchain::Plan;

TEST_CASE("plans of the same are equal, and say what they are", "[plan]") {
    Plan plan = ToolchainFixture::plan({"cargo", "rustc"}, {"rustc"});
    CHECK(plan == ToolchainFixture::plan({"cargo", "rustc"}, {"rustc"}));
    CHECK_FALSE(plan == ToolchainFixture::plan({"cargo", "rustc"}, {"cargo"}));
    CHECK(str(plan) == "keep cargo; install rustc");
    plan.anew = plan.combined = true;
    plan.update_hash = "0123";
    plan.complaint = "no clippy";
    CHECK(str(plan) ==
          "keep cargo; install rustc; combined; anew; hash 0123; complaint: no clippy");
    Plan nothing;
    nothing.unchanged = true;
    CHECK(str(nothing) == "unchanged");
}
