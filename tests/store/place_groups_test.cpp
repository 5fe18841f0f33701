#include "latchkey/store/place_groups.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using store::group_ranges;
using store::parse_place_range;
using store::PlaceGroup;
using store::PlaceRange;
using Members = std::vector<std::size_t>;

namespace {

const std::string kStablePlace = "home/stable-x86_64-unknown-linux-gnu";

PlaceRange use(std::string component, std::optional<pid_t> process,
               std::string place = kStablePlace) {
    return {"use", std::move(place), std::move(component), process};
}

PlaceRange directory(pid_t process, std::string place = kStablePlace) {
    return {"directory", std::move(place), "", process};
}

std::vector<std::string> said(const std::vector<PlaceRange>& ranges) {
    std::vector<std::string> whats;
    for (const PlaceGroup& group : group_ranges(ranges)) whats.push_back(group.what);
    return whats;
}

}  // namespace

TEST_CASE("what one process uses at one place is one group, its directory included",
          "[place_groups]") {
    const auto groups =
        group_ranges({directory(1), use("rustc-x86_64-unknown-linux-gnu", 1),
                      use("clippy-preview-x86_64-unknown-linux-gnu", 1), use("rust-src", 1),
                      use("cargo-x86_64-unknown-linux-gnu", 2)});
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].members == Members{0, 1, 2, 3});
    CHECK(groups[0].what ==
          "components clippy, rust-src, rustc of stable-x86_64-unknown-linux-gnu");
    CHECK(groups[1].members == Members{4});
    CHECK(groups[1].what == "component cargo of stable-x86_64-unknown-linux-gnu");
}

TEST_CASE("many components are counted, all of them are all", "[place_groups]") {
    CHECK(said({use("a", 1), use("b", 1), use("c", 1), use("d", 1)})[0].starts_with(
        "components a, b, c, d of "));
    CHECK(said({use("a", 1), use("b", 1), use("c", 1), use("d", 1), use("e", 1)})[0].starts_with(
        "components a, b, c and 2 more of "));
    CHECK(said({use("a", 1), use("*", 1)}) ==
          std::vector<std::string>{"all of stable-x86_64-unknown-linux-gnu"});
}

TEST_CASE("places, modes, and who waits stay apart", "[place_groups]") {
    PlaceRange exclusive = use("a", 1);
    exclusive.mode = lock::Mode::exclusive;
    PlaceRange waiting = use("a", 1);
    waiting.waits = true;
    CHECK(said({use("a", 1), exclusive, waiting, use("a", 1, "away/17/mine")}) ==
          std::vector<std::string>{"component a of stable-x86_64-unknown-linux-gnu",
                                   "component a of stable-x86_64-unknown-linux-gnu",
                                   "component a of stable-x86_64-unknown-linux-gnu",
                                   "component a of mine (away/17)"});
}

TEST_CASE("what cannot be seen, and what is no use, is a group alone", "[place_groups]") {
    const auto groups = group_ranges({directory(1),
                                      use("a", std::nullopt),
                                      use("a", std::nullopt),
                                      {"pin", "tree", "", 1},
                                      {"pin", "tree", "", 1}});
    REQUIRE(groups.size() == 5);
    CHECK(groups[0].what.empty());
    CHECK(groups[1].members == Members{1});
    CHECK(groups[3].what.empty());
}

TEST_CASE("components for other targets keep them", "[place_groups]") {
    CHECK(said({use("rust-std-aarch64-unknown-linux-gnu", 1)})[0].starts_with(
        "component rust-std-aarch64-unknown-linux-gnu of "));
    CHECK(said({use("rust-std-x86_64-unknown-linux-gnu", 1, "home/mine")})[0] ==
          "component rust-std-x86_64-unknown-linux-gnu of mine");
}

TEST_CASE("names of keys say place and component", "[place_groups]") {
    const auto all = parse_place_range("use", "away/17/stable/*");
    REQUIRE(all);
    CHECK(all->place == "away/17/stable");
    CHECK(all->component == "*");
    const auto one = parse_place_range("use", "home/stable/rustc");
    REQUIRE(one);
    CHECK(one->place == "home/stable");
    CHECK(one->component == "rustc");
    const auto home = parse_place_range("directory", "home/stable");
    REQUIRE(home);
    CHECK(home->place == "home/stable");
    for (const char* name :
         {"", "home", "home/", "stable/rustc", "home/stable/", "away/stable/a"}) {
        CHECK_FALSE(parse_place_range("use", name));
    }
    CHECK_FALSE(parse_place_range("directory", "home/stable/rustc"));
    CHECK_FALSE(parse_place_range("pin", "home/stable"));
}
