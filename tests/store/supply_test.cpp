#include "latchkey/store/supply.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"

using namespace latchkey;
using lock::Key;
using store::Place;
using store::Standing;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;

namespace {

void install_a(StoreHome& home, const std::string& toolchain) {
    if (!store::find_tree(home.home, "a1") || !store::find_supply(home.home, "a1", {})) {
        home.commit(toolchain, {home.arrived("a", "a1", {{"bin/a", "a1"}})});
        return;
    }
    const auto supply = store::find_supply(home.home, "a1", {});
    home.commit(toolchain, {{component("a"), supply->supply}});
}

}  // namespace

TEST_CASE("a tree is found in the toolchain that has it, and held there", "[supply]") {
    StoreHome home;
    CHECK_FALSE(store::find_supply(home.home, "a1", {}));
    install_a(home, "t");
    const auto found = store::find_supply(home.home, "a1", {});
    REQUIRE(found);
    CHECK(found->supply.tree == "a1");
    CHECK(found->supply.from == Place{"t", 0});
    CHECK(found->ranges.holds(Key::directory("home/t"), lock::Mode::shared));
    CHECK(found->ranges.holds(Key::use("home/t", "a"), lock::Mode::shared));
    CHECK_FALSE(home.is_free(Key::directory("home/t")));
    CHECK_FALSE(store::find_supply(home.home, "a2", {}));
}

TEST_CASE("a tree is found in a generation away", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    REQUIRE(store::find_supply(home.home, "a2", {}));
    CHECK(store::find_supply(home.home, "a2", {})->supply.from == Place{"t", 2});
    CHECK_FALSE(store::find_supply(home.home, "a1", {}));  // Home may go at any moment.
}

TEST_CASE("a place that turned out not to have it is passed over", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    install_a(home, "u");
    CHECK(store::find_supply(home.home, "a1", {})->supply.from == Place{"t", 0});
    CHECK(store::find_supply(home.home, "a1", {"home/t"})->supply.from == Place{"u", 0});
    CHECK_FALSE(store::find_supply(home.home, "a1", {"home/t", "home/u"}));
}

TEST_CASE("a place whose ranges are refused is passed over", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    install_a(home, "u");
    for (const char* key : {"directory:home/t", "use:home/t/a"}) {
        Child other = test::hold(home, "exclusive", {key});
        CHECK(store::find_supply(home.home, "a1", {})->supply.from == Place{"u", 0});
        test::stop(other);
    }
}

TEST_CASE("files that may not have reached the disk are no supply", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    State state = home.load_state("t");
    state.boot_id = "another";
    home.save_state("t", state);
    CHECK_FALSE(store::find_supply(home.home, "a1", {}));
    state.synced = true;
    home.save_state("t", state);
    CHECK(store::find_supply(home.home, "a1", {}));
}

TEST_CASE("what is leaving still has its files, what arrives or waits has not", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    for (const auto& [standing, is_supply] :
         {std::pair(Standing::listed, true), std::pair(Standing::leaving, true),
          std::pair(Standing::arriving, false), std::pair(Standing::pending, false)}) {
        State state = home.load_state("t");
        state.components[0].standing = standing;
        home.save_state("t", state);
        CHECK(store::find_supply(home.home, "a1", {}).has_value() == is_supply);
    }
}

TEST_CASE("a toolchain that was uninstalled is no supply", "[supply]") {
    StoreHome home;
    install_a(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    CHECK_FALSE(store::find_supply(home.home, "a1", {}));
}

TEST_CASE("a tree has arrived in this boot, or must be looked at", "[supply]") {
    StoreHome home;
    CHECK_FALSE(store::has_arrived(home.home, "a1"));
    store::TreeIndex index = home.publish("a", "a1", {{"bin/a", "a1"}});
    CHECK(store::has_arrived(home.home, "a1"));
    index.header.boot_id = "another";
    platform::save_file(home.home.tree_index("a1"), store::serialise(index));
    CHECK_FALSE(store::has_arrived(home.home, "a1"));
    platform::save_file(home.home.tree_index("a1"), "damaged");
    CHECK_FALSE(store::has_arrived(home.home, "a1"));
    home.publish("a", "a1", {{"bin/a", "a1"}});
    home.commit("t", {{component("a"), store::Supply{"a1", std::nullopt}}});
    CHECK_FALSE(store::has_arrived(home.home, "a1"));
}
