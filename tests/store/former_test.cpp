#include "latchkey/store/former.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/kept.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"

using namespace latchkey;
using store::Former;
using store::State;
using test::StoreHome;

namespace {

void keep(const StoreHome& home, std::size_t count) {
    store::save_keep_generations(home.home, count, home.exclusive(lock::Key::settings()));
}

std::vector<Former> former(const StoreHome& home) {
    return store::list_former(home.home, "t");
}

/// By what `bin/a` says.
std::vector<std::string> kept_releases(const StoreHome& home) {
    std::vector<std::string> releases;
    for (const Former& each : store::list_spared(home.home, "t")) {
        const std::string path = home.home.directory(each.place) + "/bin/a";
        releases.push_back(platform::find_file_text(path).value_or("(none)"));
    }
    return releases;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("nothing is kept unless it is asked for", "[former]") {
    StoreHome home;
    CHECK(store::load_keep_generations(home.home) == 0);
    test::install_release_1(home);
    test::update_to(home, "2");
    CHECK(former(home).empty());
    CHECK(store::list_away(home.home, "t").directories.empty());
}

TEST_CASE("the number of generations to keep is a line of text, and damage counts as none",
          "[former]") {
    StoreHome home;
    keep(home, 3);
    CHECK(platform::find_file_text(home.home.keep_generations()) == "3\n");
    CHECK(store::load_keep_generations(home.home) == 3);
    platform::save_file(home.home.keep_generations(), "many\n");
    CHECK(store::load_keep_generations(home.home) == 0);
    platform::save_file(home.home.keep_generations(), "1000\n");
    CHECK(store::load_keep_generations(home.home) == store::kMaxKeepGenerations);
}

TEST_CASE("an update keeps what was current, by one rename, and shares files with it", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    const std::uint64_t inode = test::inode_of(home.home.toolchain("t"));
    const State before = home.load_state("t");
    test::update_to(home, "2");
    const auto all = former(home);
    REQUIRE(all.size() == 1);
    CHECK(all[0].state.word == before.word);
    CHECK(all[0].state.manifest_hash == before.manifest_hash);
    CHECK_FALSE(all[0].place.is_home());
    CHECK(all[0].state.place("t") == all[0].place);
    const std::string directory = home.home.directory(all[0].place);
    CHECK(test::inode_of(directory) == inode);
    CHECK(test::inode_of(directory + "/bin/b") ==
          test::inode_of(home.home.toolchain("t") + "/bin/b"));
    CHECK(store::count_own_bytes(home.on, home.home, all[0]) > 0);
}

TEST_CASE("clean-ups leave as many as are to be kept, the newest", "[former]") {
    StoreHome home;
    keep(home, 2);
    test::install_release_1(home);
    for (const char* release : {"2", "3", "4"}) test::update_to(home, release);
    store::clean_up(home.on, home.home, {});
    CHECK(kept_releases(home) == Strings{"a3", "a2"});
    CHECK_FALSE(store::is_anything_left(home.home));
    CHECK(store::find_kept(home.on, home.home).empty());  // Nobody is in the way of anything.
    keep(home, 1);
    CHECK(store::is_anything_left(home.home));
    store::clean_up(home.on, home.home, {});
    CHECK(kept_releases(home) == Strings{"a3"});
    CHECK(former(home).size() == 1);
    store::CleanUp how;
    how.records = store::Records::are_given_up;
    store::clean_up(home.on, home.home, how);
    CHECK(former(home).empty());
    CHECK(store::list_away(home.home, "t").directories.empty());
}

TEST_CASE("trees of a kept generation stay known, and others can be made from it", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    test::update_to(home, "2");
    store::clean_up(home.on, home.home, {});
    CHECK(store::find_tree(home.home, "a1"));
    auto supply = store::find_supply(home.home, "a1", {});
    REQUIRE(supply);
    CHECK(supply->supply.from == former(home)[0].place);
    keep(home, 0);
    store::clean_up(home.on, home.home, {});
    CHECK(store::list_away(home.home, "t").directories.size() == 1);  // It is held.
    supply.reset();
    store::clean_up(home.on, home.home, {});
    CHECK(store::list_away(home.home, "t").directories.empty());
    CHECK_FALSE(store::find_tree(home.home, "a1"));
    CHECK_FALSE(store::find_supply(home.home, "a1", {}));
}

TEST_CASE("while home lags, what is at home is the former generation", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    test::Child reader = test::run_from(home, "home/t", {"a"});
    test::update_to(home, "2");
    REQUIRE(former(home).size() == 1);
    CHECK(former(home)[0].place.is_home());
    test::stop(reader);
    CHECK(home.settle("t"));
    REQUIRE(former(home).size() == 1);
    CHECK_FALSE(former(home)[0].place.is_home());
    CHECK(kept_releases(home) == Strings{"a1"});
}

TEST_CASE("the same release made anew keeps nothing", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    store::Wanted wanted =
        home.wanted({home.arrived("a", "a1", {{"bin/a", "a1"}}), StoreHome::kept("b")});
    wanted.anew = true;
    home.commit_wanted("t", wanted);
    CHECK(former(home).empty());
    CHECK(store::list_away(home.home, "t").directories.empty());
}

TEST_CASE("an uninstalled toolchain keeps nothing", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    test::update_to(home, "2");
    home.uninstall("t");
    CHECK(former(home).empty());
    CHECK(store::list_away(home.home, "t").directories.empty());
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
}

TEST_CASE("a damaged record keeps nothing", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    test::update_to(home, "2");
    const std::string path = home.home.state_folder("t") + "/former/" + former(home)[0].state.word;
    platform::save_file(path, "latchkey-state 2\n");
    CHECK(former(home).empty());
    store::clean_up(home.on, home.home, {});
    CHECK(store::list_away(home.home, "t").directories.empty());
    CHECK_FALSE(platform::find_status(path));
}

TEST_CASE("a record that a killed rollback left goes with the next clean-up", "[former]") {
    StoreHome home;
    keep(home, 1);
    test::install_release_1(home);
    const State state = home.load_state("t");
    const std::string folder = home.home.state_folder("t") + "/former";
    platform::make_directories(folder);
    platform::save_file(folder + "/" + state.word, store::serialise(state));
    CHECK(former(home).empty());  // It is what is current.
    CHECK(store::is_anything_left(home.home));
    store::clean_up(home.on, home.home, {});
    CHECK_FALSE(platform::find_status(folder));
    CHECK_FALSE(store::is_anything_left(home.home));
}
