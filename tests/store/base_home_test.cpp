#include "base_home.hpp"

#include <catch2/catch.hpp>

#include "readers.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Current;
using store::Place;
using test::component;
using test::StoreHome;
using Kind = store::Current::Kind;
using End = store::Committed::End;

namespace {

/// A home, and its base home in which toolchain `t` has the components `a` and `b`.
struct WithBase {
    StoreHome base;
    StoreHome own;

    WithBase() {
        base.commit("t", {base.arrived("a", "a1", {{"bin/a", "a1"}}),
                          base.arrived("b", "b1", {{"lib/b", "b1"}})});
        add_base(base.home.root());
    }

    void add_base(const std::string& root) {
        dist::HomeLayout layout = own.home.layout();
        std::vector<std::string> roots = layout.bases();
        roots.push_back(root);
        layout.set_bases(std::move(roots));
        own.home = store::Home(layout);
    }

    [[nodiscard]] Current current() const { return store::examine_in_reach(own.home, "t"); }

    /// Changes what is in reach to exactly these components.
    [[nodiscard]] End change(std::vector<store::WantedComponent> components) const {
        store::Wanted wanted = own.wanted(std::move(components));
        return own.try_commit("t", wanted, current().version).end;
    }
};

}  // namespace

TEST_CASE("a name that stands for nothing here is a base home's", "[base_home]") {
    const WithBase homes;
    const Current current = store::find_in_reach(homes.own.home, "t");
    CHECK(current.kind == Kind::based);
    CHECK(current.installed());
    CHECK(current.place == Place{"t", 0, 1});
    CHECK_FALSE(current.state);
    REQUIRE(current.base_state);
    CHECK(current.base_state->word == homes.base.load_state("t").word);
    CHECK(store::current_directory(homes.own.home, "t") == homes.base.home.toolchain("t"));
    CHECK(store::find_current(homes.own.home, "t").kind == Kind::absent);
    CHECK(store::examine_current(homes.own.home, "t").kind == Kind::absent);
    CHECK(store::find_in_reach(homes.own.home, "u").kind == Kind::absent);
}

TEST_CASE("what is here comes before any base home", "[base_home]") {
    const WithBase homes;
    homes.own.add_plain("t", "c", {{"bin/c", "c"}});
    CHECK(homes.current().kind == Kind::plain);
    CHECK(homes.current().place == Place{"t", 0});
}

TEST_CASE("the first base home that has it counts, by link too", "[base_home]") {
    WithBase homes;
    StoreHome other;
    other.add_plain("t", "c", {{"bin/c", "c"}});
    other.add_plain("u", "c", {{"bin/c", "c"}});
    homes.add_base(other.home.root());
    homes.add_base("/nonexistent");
    CHECK(homes.current().place.base == 1);
    CHECK(store::find_in_reach(homes.own.home, "u").place == Place{"u", 0, 2});
    CHECK_FALSE(store::find_in_reach(homes.own.home, "u").base_state);
    other.link("v", homes.base.home.toolchain("t"));
    CHECK(store::find_in_reach(homes.own.home, "v").kind == Kind::based);
    other.link("w", "/nonexistent");
    CHECK(store::find_in_reach(homes.own.home, "w").kind == Kind::absent);
}

TEST_CASE("the version changes with each change in the base home", "[base_home]") {
    const WithBase homes;
    const std::string before = homes.current().version;
    CHECK(homes.current().version == before);
    homes.base.commit("t", {StoreHome::kept("a")});
    CHECK(homes.current().version != before);
}

TEST_CASE("the first change makes a generation of this home, from links", "[base_home]") {
    const WithBase homes;
    const auto before = homes.base.list(homes.base.home.root());
    REQUIRE(homes.change({StoreHome::kept("a"), StoreHome::kept("b"),
                          homes.own.arrived("c", "c1", {{"bin/c", "c1"}})}) == End::done);
    const Current current = homes.own.current("t");
    CHECK(current.kind == Kind::ours);
    CHECK(current.place == Place{"t", 0});
    CHECK(homes.own.standings("t") == "a=listed b=listed c=listed");
    CHECK(homes.own.read("t", "bin/a") == "a1");
    CHECK(homes.own.read("t", "bin/c") == "c1");
    CHECK(
        platform::is_same_file(platform::find_status(homes.own.home.toolchain("t") + "/bin/a"),
                               *platform::find_status(homes.base.home.toolchain("t") + "/bin/a")));
    CHECK(homes.base.list(homes.base.home.root()) == before);
    CHECK(homes.own.is_staging_empty());
    CHECK(current.state->record->what == "adopt");
}

TEST_CASE("trees that stay keep their names and indexes", "[base_home]") {
    const WithBase homes;
    REQUIRE(homes.change({StoreHome::kept("a")}) == End::done);
    const store::State state = homes.own.load_state("t");
    CHECK(state.find(component("a"))->tree == "a1");
    CHECK(store::find_tree_index(homes.own.home, "a1"));
    CHECK_FALSE(store::find_tree_index(homes.own.home, "b1"));
    CHECK(homes.own.read("t", "lib/b") == "(none)");
}

TEST_CASE("a tree that has another index here is kept without its name", "[base_home]") {
    const WithBase homes;
    homes.own.publish("a", "a1", {{"bin/a", "a1, packed anew"}});
    REQUIRE(homes.change({StoreHome::kept("a"), StoreHome::kept("b")}) == End::done);
    CHECK(homes.own.load_state("t").find(component("a"))->tree.empty());
    CHECK(homes.own.load_state("t").find(component("b"))->tree == "b1");
    CHECK(homes.own.read("t", "bin/a") == "a1");
}

TEST_CASE("a toolchain of rustup's is one, too", "[base_home]") {
    WithBase homes;
    StoreHome other;
    other.add_plain("u", "c", {{"bin/c", "c"}});
    platform::make_directories(other.home.root() + "/update-hashes");
    platform::save_file(other.home.update_hash("u"), "its hash");
    homes.add_base(other.home.root());
    const Current current = store::examine_in_reach(homes.own.home, "u");
    store::Wanted wanted = homes.own.wanted({StoreHome::kept("c")});
    wanted.update_hash.reset();
    wanted.manifest_hash.clear();
    wanted.manifest = nullptr;
    REQUIRE(homes.own.try_commit("u", wanted, current.version).end == End::done);
    const store::State state = homes.own.load_state("u");
    CHECK(state.update_hash == "its hash");
    CHECK(state.find(component("c"))->tree.empty());
    CHECK(homes.own.read("u", "bin/c") == "c");
}

TEST_CASE("a base home that has changed since the plan is looked at again", "[base_home]") {
    const WithBase homes;
    const std::string version = homes.current().version;
    homes.base.commit("t", {StoreHome::kept("a")});
    const store::Wanted wanted = homes.own.wanted({StoreHome::kept("a"), StoreHome::kept("b")});
    CHECK(homes.own.try_commit("t", wanted, version).end == End::moved);
    CHECK(homes.own.current("t").kind == Kind::absent);
}

TEST_CASE("who changes it there at this moment is told of", "[base_home]") {
    const WithBase homes;
    test::Child holder = test::hold(homes.base, "exclusive", {"directory:home/t"});
    CHECK(test::error_text([&] { (void)homes.change({StoreHome::kept("a")}); }) ==
          "'t' is being changed in the base home '" + homes.base.home.root() +
              "'; try again when that is done");
    test::stop(holder);
    CHECK(homes.change({StoreHome::kept("a")}) == End::done);
}

TEST_CASE("all that is there is held while it is taken from, documentation too", "[base_home]") {
    WithBase homes;
    homes.base.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                            homes.base.arrived("rust-docs", "d1", {{"share/doc/d", "d1"}})});
    test::Child owner = test::hold(homes.base, "exclusive", {"use:home/t/rust-docs"});
    CHECK(test::error_text([&] {
              (void)homes.change({StoreHome::kept("a")});
          }).starts_with("'t' is being changed in the base home"));
    test::stop(owner);
    CHECK(homes.change({StoreHome::kept("rust-docs")}) == End::done);
    CHECK(homes.own.read("t", "share/doc/d") == "d1");
}

TEST_CASE("what is uninstalled here is the base home's again", "[base_home]") {
    const WithBase homes;
    REQUIRE(homes.change({StoreHome::kept("a")}) == End::done);
    CHECK(homes.current().kind == Kind::ours);
    homes.own.uninstall("t");
    CHECK(homes.current().kind == Kind::based);
    CHECK(test::error_text([&] {
              store::refuse_based(homes.own.home, "t");
          }).starts_with("toolchain 't' is of the base home '" + homes.base.home.root() + "'"));
    CHECK_NOTHROW(store::refuse_based(homes.own.home, "nothing"));
    CHECK(homes.change({StoreHome::kept("b")}) == End::done);
    CHECK(homes.own.standings("t") == "b=listed");
}

TEST_CASE("copies of files whose times were rounded get the index's times", "[base_home]") {
    const StoreHome home;
    home.commit("t",
                {home.arrived("a", "a1", {{"bin/a", "a1"}, {"lib/a", "a1"}, {"lib/b", "a1"}})});
    const auto index = *store::find_tree_index(home.home, "a1");
    const std::string directory = home.home.toolchain("t");
    std::map<std::string, store::IndexedFile> files;
    for (const store::IndexedFile& each : index.files) files[each.path] = each;
    const auto round = [&](const std::string& path, int more_seconds) {
        platform::set_modification_time(directory + "/" + path,
                                        files.at(path).mtime_seconds + more_seconds, 0);
    };
    round("bin/a", 0);
    round("lib/a", 1);  // Another time is somebody's.
    round("lib/b", 0);
    CHECK(platform::add_name(directory + "/lib/b", directory + "/lib/twin"));
    store::restore_times(home.home, directory, home.load_state("t").components);
    const auto nanoseconds = [&](const std::string& path) {
        return platform::find_status(directory + "/" + path)->mtime_nanoseconds;
    };
    CHECK(nanoseconds("bin/a") == files.at("bin/a").mtime_nanoseconds);
    CHECK(nanoseconds("lib/a") == 0);
    CHECK(nanoseconds("lib/b") == 0);
}
