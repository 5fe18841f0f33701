#include "latchkey/store/collect.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/current.hpp"
#include "latchkey/store/history.hpp"
#include "readers.hpp"

using namespace latchkey;
using lock::Key;
using store::Standing;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

/// What a clean-up could not do.
Strings clean(const StoreHome& home) {
    Strings failures;
    store::CleanUp how;
    how.failed = [&failures](const Error& e) { failures.emplace_back(e.what()); };
    store::clean_up(home.on, home.home, how);
    return failures;
}

void install_ab(StoreHome& home, const std::string& toolchain) {
    home.manifest = "release 1";
    home.commit(toolchain, {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                            home.arrived("b", "b1", {{"bin/b", "b1"}})});
}

void update_a(StoreHome& home, const std::string& toolchain) {
    home.manifest = "release 2";
    home.commit(toolchain, {home.arrived("a", "a2", {{"bin/a", "a2"}}), StoreHome::kept("b")});
}

bool has_index(const StoreHome& home, const std::string& tree) {
    return platform::find_status(home.home.tree_index(tree)).has_value();
}

bool has_arrived_folder(const StoreHome& home, const std::string& tree) {
    return platform::is_directory(home.home.arrived(tree));
}

}  // namespace

TEST_CASE("a tree that nobody came for is deleted, and what is known of it", "[collect]") {
    StoreHome home;
    home.publish("a", "a1", {{"bin/a", "a1"}});
    store::collect(home.on, home.home);
    CHECK_FALSE(has_arrived_folder(home, "a1"));
    CHECK_FALSE(has_index(home, "a1"));
}

TEST_CASE("a tree that somebody counts on, or is at, stays", "[collect]") {
    StoreHome home;
    for (const char* key : {"pin:a1", "unpack:a1"}) {
        CAPTURE(key);
        home.publish("a", "a1", {{"bin/a", "a1"}});
        Child other =
            test::hold(home, std::string(key) == "pin:a1" ? "shared" : "exclusive", {key});
        store::collect(home.on, home.home);
        CHECK(has_arrived_folder(home, "a1"));
        CHECK(has_index(home, "a1"));
        test::stop(other);
        store::collect(home.on, home.home);
        CHECK_FALSE(has_arrived_folder(home, "a1"));
    }
}

TEST_CASE("what is known of a tree stays while a toolchain has it", "[collect]") {
    StoreHome home;
    install_ab(home, "t");
    store::collect(home.on, home.home);
    CHECK(has_index(home, "a1"));
    CHECK(has_index(home, "b1"));
    home.commit("t", {StoreHome::kept("a")});
    store::collect(home.on, home.home);
    CHECK(has_index(home, "a1"));
    CHECK_FALSE(has_index(home, "b1"));
}

TEST_CASE("what is known of a lagging home's trees stays until it is settled", "[collect]") {
    StoreHome home;
    install_ab(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    update_a(home, "t");
    store::collect(home.on, home.home);
    CHECK(has_index(home, "a1"));
    CHECK(has_index(home, "a2"));
    test::stop(reader);
    home.settle("t");
    store::collect(home.on, home.home);
    CHECK_FALSE(has_index(home, "a1"));
}

TEST_CASE("what is known of a tree that is leaving stays", "[collect]") {
    StoreHome home;
    install_ab(home, "t");
    Child reader = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    store::collect(home.on, home.home);
    CHECK(has_index(home, "b1"));
}

TEST_CASE("a tree that a toolchain has and that arrived again is deleted, its index is not",
          "[collect]") {
    StoreHome home;
    install_ab(home, "t");
    home.publish("a", "a1", {{"bin/a", "a1"}});
    store::collect(home.on, home.home);
    CHECK_FALSE(has_arrived_folder(home, "a1"));
    CHECK(has_index(home, "a1"));
}

TEST_CASE("where a state cannot be read nothing that is known is deleted", "[collect]") {
    StoreHome home;
    install_ab(home, "t");
    home.publish("c", "c1", {{"bin/c", "c1"}});
    platform::save_file(home.home.state("t"), "latchkey-state 3\n");
    CHECK_FALSE(store::find_references(home.home));
    store::collect(home.on, home.home);
    for (const char* tree : {"a1", "b1", "c1"}) CHECK(has_index(home, tree));
}

TEST_CASE("references are the trees of all toolchains, current and behind", "[collect]") {
    StoreHome home;
    CHECK(store::find_references(home.home) == std::set<std::string>());
    install_ab(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    update_a(home, "t");
    home.commit("u", {home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(store::find_references(home.home) == std::set<std::string>{"a1", "a2", "b1", "c1"});
    platform::save_file(home.home.state("u"), "damaged");  // Then it is none.
    CHECK(store::find_references(home.home) == std::set<std::string>{"a1", "a2", "b1"});
}

TEST_CASE("staging is swept where its range is free, and only there", "[sweep]") {
    StoreHome home;
    const Strings names{"unpack:x", "toolchain:t", "directory:away/9223372036854775809/t"};
    const std::vector<Key> keys{Key::unpack("x"), Key::toolchain("t"),
                                Key::directory("away/9223372036854775809/t")};
    home.dir.make("latchkey/staging/nothing of ours");
    for (std::size_t busy = 0; busy < keys.size(); ++busy) {
        for (const Key& key : keys) platform::make_directories(home.home.staging(key) + "/junk");
        Child working = test::hold(home, "exclusive", {names[busy]});
        store::sweep(home.on, home.home, {});
        CHECK(platform::is_directory(home.home.staging(keys[busy]) + "/junk"));
        CHECK(platform::find_entries(home.home.staging()).size() == 2);
        test::stop(working);
    }
    store::sweep(home.on, home.home, {});
    REQUIRE(platform::find_entries(home.home.staging()).size() == 1);
    CHECK(platform::find_entries(home.home.staging())[0].name == "nothing of ours");
}

TEST_CASE("a clean-up ends all that changes left, when nobody is in the way", "[clean_up]") {
    StoreHome home;
    install_ab(home, "lagging");
    install_ab(home, "removed");
    install_ab(home, "linked");
    home.commit("smaller", {home.arrived("c", "c1", {{"bin/c", "c1"}}),
                            home.arrived("d", "d1", {{"bin/d", "d1"}})});
    {
        std::vector<Child> readers;
        for (const char* name : {"lagging", "removed", "linked", "smaller"}) {
            readers.push_back(
                test::run_from(home, "home/" + std::string(name), {"a", "b", "c", "d"}));
        }
        update_a(home, "lagging");
        home.uninstall("removed");
        home.link("linked", "/elsewhere");
        home.manifest = "release 1";
        home.commit("smaller", {StoreHome::kept("c")});
        CHECK(clean(home).empty());
        // All of it is in use.
        CHECK(home.read_home("lagging", "bin/a") == "a1");
        CHECK(home.read_home("removed", "bin/a") == "a1");
        CHECK(home.read_home("linked", "bin/a") == "a1");
        CHECK(home.standings("smaller") == "c=listed d=leaving");
        CHECK(store::is_anything_left(home.home));
        for (Child& reader : readers) test::stop(reader);
    }
    home.publish("e", "e1", {{"bin/e", "e1"}});
    CHECK(clean(home).empty());
    CHECK(home.read_home("lagging", "bin/a") == "a2");
    CHECK(home.current("lagging").place.is_home());
    CHECK_FALSE(platform::find_status(home.home.toolchain("removed")));
    CHECK_FALSE(platform::find_status(home.home.state_folder("removed")));
    CHECK(platform::find_link(home.home.toolchain("linked")) == "/elsewhere");
    CHECK(home.standings("smaller") == "c=listed");
    CHECK_FALSE(has_index(home, "e1"));
    CHECK_FALSE(has_index(home, "d1"));
    CHECK(home.is_staging_empty());
    CHECK_FALSE(store::is_anything_left(home.home));
    CHECK(clean(home).empty());
}

TEST_CASE("a clean-up takes the links that one was killed over", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    for (int number = 10; number < 16; ++number) {
        const std::string folder = home.home.away() + "/" + std::to_string(number);
        platform::make_directories(folder);
        platform::make_link("../../../toolchains/t", folder + "/t");
    }
    CHECK(store::is_anything_left(home.home));
    CHECK(clean(home).empty());
    CHECK(store::list_away(home.home, "t").links == std::vector<std::uint64_t>{12, 13, 14, 15});
    CHECK_FALSE(store::is_anything_left(home.home));
}

TEST_CASE("a clean-up leaves a toolchain to whoever changes it", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    update_a(home, "t");
    test::stop(reader);
    Child change = test::hold(home, "exclusive", {"toolchain:t"});
    CHECK(clean(home).empty());
    CHECK_FALSE(home.current("t").place.is_home());
    test::stop(change);
    CHECK(clean(home).empty());
    CHECK(home.current("t").place.is_home());
}

TEST_CASE("a step of a clean-up that fails is told, and stops no other", "[clean_up]") {
    StoreHome home;
    install_ab(home, "bad");
    install_ab(home, "good");
    Child one = test::run_from(home, "home/bad", {"a"});
    Child other = test::run_from(home, "home/good", {"a"});
    update_a(home, "bad");
    update_a(home, "good");
    test::stop(one);
    test::stop(other);
    home.publish("c", "c1", {{"bin/c", "c1"}});
    home.dir.make("latchkey/staging/" + Key::unpack("x").file_name() + "/junk");
    platform::save_file(home.home.state("bad"), "latchkey-state 3\n");
    const Strings failures = clean(home);
    CHECK_FALSE(failures.empty());
    for (const std::string& failure : failures) {
        CHECK(failure == "'" + home.home.state("bad") + "' was written by a newer Latchkey");
    }
    CHECK(home.current("good").place.is_home());
    CHECK(home.is_staging_empty());
    CHECK_FALSE(has_arrived_folder(home, "c1"));
    CHECK(home.read_home("bad", "bin/a") == "a1");
    CHECK(platform::is_directory(home.home.directory({"bad", 2})));
}

TEST_CASE("nobody need listen to a clean-up's failures", "[clean_up]") {
    StoreHome home;
    home.dir.write("latchkey/toolchains/t/state", "latchkey-state 3\n");
    CHECK_NOTHROW(store::clean_up(home.on, home.home, {}));
}

TEST_CASE("a clean-up does nothing to a directory that hands changed", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    Child reader = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    test::stop(reader);
    home.dir.write("toolchains/t/lib/rustlib/components", "a\nx\n");  // rustup was here.
    CHECK(clean(home).empty());
    CHECK(home.read_home("t", "lib/rustlib/components") == "a\nx\n");
    CHECK(home.read_home("t", "bin/b") == "b1");
}

TEST_CASE("documentation that waits beside a state is brought in by a clean-up", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    home.publish("rust-docs", "d1", {{"share/doc/x", "x1"}});
    State state = home.load_state("t");
    state.components.push_back({component("rust-docs"), "d1", Standing::pending});
    home.save_state("t", state);
    home.dir.make("latchkey/toolchains/t/pending");
    platform::rename_path(home.home.arrived("d1"), home.home.state_folder("t") + "/pending/d1");
    CHECK(store::is_anything_left(home.home));
    CHECK(clean(home).empty());
    CHECK(home.read("t", "share/doc/x") == "x1");
    CHECK(home.standings("t") == "a=listed b=listed rust-docs=listed");
    CHECK_FALSE(store::is_anything_left(home.home));
}

TEST_CASE("a state that was lost is forgotten with its folder, and its toolchain is plain",
          "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    platform::save_file(home.home.state("t"), "damaged");
    CHECK(store::is_anything_left(home.home));
    CHECK(clean(home).empty());
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK_FALSE(store::is_anything_left(home.home));
}

TEST_CASE("in a tidy home nothing is left to do", "[clean_up]") {
    StoreHome home;
    CHECK_FALSE(store::is_anything_left(home.home));
    install_ab(home, "t");
    CHECK_FALSE(store::is_anything_left(home.home));
}

TEST_CASE("each thing that may be left is seen", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    const auto left = [&home] { return store::is_anything_left(home.home); };
    SECTION("in staging") {
        home.dir.make("latchkey/staging/unpack.x");
    }
    SECTION("arrived") {
        home.publish("c", "c1", {{"bin/c", "c"}});
    }
    SECTION("away") {
        home.dir.make("latchkey/away/7/t");
    }
    SECTION("away, of a toolchain that nothing is known of") {
        home.dir.make("latchkey/away/7/u");
    }
    SECTION("partial") {
        State state = home.load_state("t");
        state.components[0].standing = Standing::leaving;
        home.save_state("t", state);
    }
    SECTION("a change in place that was killed") {
        State state = home.load_state("t");
        state.intended = state.metadata;
        home.save_state("t", state);
    }
    SECTION("removed") {
        State state = home.load_state("t");
        state.where = State::Where::removed;
        home.save_state("t", state);
    }
    SECTION("what waits for nobody") {
        home.dir.make("latchkey/toolchains/t/pending/x");
    }
    CHECK(left());
}

TEST_CASE("the link that a retired generation left is nothing to do", "[clean_up]") {
    StoreHome home;
    install_ab(home, "t");
    home.dir.make("latchkey/away/7");
    platform::make_link("../../../toolchains/t", home.home.away() + "/7/t");
    CHECK_FALSE(store::is_anything_left(home.home));
}

TEST_CASE("room is made of a toolchain's history and of what is known of its trees only",
          "[make_room]") {
    StoreHome home;
    install_ab(home, "t");
    std::vector<lock::LockSet> held;
    auto supply = store::find_supply(home.home, "b1", {});
    REQUIRE(supply);
    home.commit("u", {{component("b"), supply->supply}});
    CHECK_FALSE(store::load_history(home.home, "t").empty());
    CHECK(store::make_room(home.home, "t", true));
    CHECK(store::load_history(home.home, "t").empty());
    CHECK_FALSE(has_index(home, "a1"));
    CHECK(has_index(home, "b1"));
    CHECK_FALSE(store::load_history(home.home, "u").empty());
    CHECK_FALSE(store::make_room(home.home, "t", true));
    // It can do without.
    CHECK(home.standings("t") == "a=listed b=listed");
    home.commit("t", {StoreHome::kept("b")});
    CHECK(home.read("t", "bin/a") == "(none)");
    CHECK(home.read("t", "bin/b") == "b1");
}

TEST_CASE("of a toolchain that is not known there is no room to make", "[make_room]") {
    StoreHome home;
    CHECK_FALSE(store::make_room(home.home, "t", true));
}
