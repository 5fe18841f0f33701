#include "latchkey/resolve/no_toolchain.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace latchkey;
using namespace latchkey::resolve;

TEST_CASE("who has no toolchain is told the program and what helps", "[resolve]") {
    const Error error = no_toolchain_error("cargo");
    CHECK(error.code() == Errc::not_found);
    const std::string text = error.what();
    CHECK(
        text.starts_with("rustup could not choose a version of cargo to run, because one wasn't "
                         "specified explicitly, and no default is configured.\nhelp: "));
    CHECK(text.ends_with(kDefaultStableHint));
}
