#include "latchkey/dist/component.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <vector>

using latchkey::dist::Component;

TEST_CASE("a component's full name ends in its target, if it has one", "[component]") {
    CHECK(Component{"rustc", "t"}.full_name() == "rustc-t");
    CHECK(Component{"rust-src", {}}.full_name() == "rust-src");
    CHECK(Component{"rust-src", {}}.target_text() == "*");
    CHECK(Component{"a", "t", true}.without_target() == Component{"a", {}});
}

TEST_CASE("being an extension says nothing about which component it is", "[component]") {
    CHECK(Component{"a", "t", true} == Component{"a", "t", false});
    CHECK_FALSE(Component{"a", "t"} == Component{"a", {}});
    CHECK_FALSE(Component{"a", "t"} == Component{"b", "t"});
}

TEST_CASE("components are sorted by package, target and extension", "[component]") {
    std::vector<Component> list{{"b", {}}, {"a", "y"}, {"a", "x", true}, {"a", "x"}, {"a", {}}};
    std::ranges::sort(list);
    std::string names;
    for (const auto& c : list) names += c.full_name() + (c.is_extension ? "! " : " ");
    CHECK(names == "a a-x a-x! a-y b ");
}
