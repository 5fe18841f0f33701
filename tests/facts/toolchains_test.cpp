#include "latchkey/facts/toolchains.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using namespace latchkey::facts;

TEST_CASE("a toolchain's compiler tells its version or why it cannot", "[facts]") {
    Toolchain toolchain;
    toolchain.name = "mine";
    toolchain.path = "/b";
    toolchain.is_active = true;
    CHECK(boost::json::serialize(toolchain_value(toolchain)) ==
          R"({"name":"mine","path":"/b","active":true,"default":false})");
    toolchain.rustc_version = "rustc 1.92.0";
    CHECK(toolchain_value(toolchain).at("rustc_version") == "rustc 1.92.0");
    toolchain.rustc_version = "(toolchain not installed)";
    CHECK(toolchain_value(toolchain).at("rustc_error") == "(toolchain not installed)");
    CHECK_FALSE(toolchain_value(toolchain).contains("rustc_version"));
}

TEST_CASE("the active toolchain says who chose it, and where", "[facts]") {
    resolve::Active active{*dist::CustomName::parse("mine"),
                           resolve::Source::toolchain_file,
                           "/w/rust-toolchain",
                           {},
                           {},
                           std::nullopt};
    CHECK(boost::json::serialize(active_value(active, std::nullopt)) ==
          R"({"name":"mine","reason":"overridden by '/w/rust-toolchain'",)"
          R"("source":"toolchain-file","location":"/w/rust-toolchain","installed":false})");
    active.source = resolve::Source::default_;
    active.location.clear();
    const boost::json::object value = active_value(active, "/h/toolchains/mine");
    CHECK(value.at("installed") == true);
    CHECK(value.at("path") == "/h/toolchains/mine");
    CHECK_FALSE(value.contains("location"));
}
