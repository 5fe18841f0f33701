#include "latchkey/store/verification.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "placing.hpp"
#include "readers.hpp"

using namespace latchkey;
using store::Standing;
using store::State;
using store::SyncMark;
using test::Child;
using test::component;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

void install_abc(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "aaaa"}}),
                      home.arrived("b", "b1", {{"bin/b", "bbbb"}, {"lib/b", "bb"}}),
                      home.arrived("c", "c1", {{"bin/c", "cccc"}})});
}

Strings damaged(const StoreHome& home) {
    Strings names;
    for (const dist::Component& each :
         store::find_damaged(home.on, home.home, "t", home.load_state("t"))) {
        names.push_back(each.full_name());
    }
    return names;
}

/// As a disk without power leaves it: other bytes under the same time.
void tear(const StoreHome& home, const std::string& file, const std::string& text) {
    const std::string path = home.path("t", file);
    const auto before = platform::find_status(path);
    platform::save_file(path, text);
    platform::set_modification_time(path, before->mtime_seconds, before->mtime_nanoseconds);
}

}  // namespace

TEST_CASE("what this machine wrote in a boot that is over, and did not sync, is unverified",
          "[verification]") {
    StoreHome home;
    install_abc(home);
    const State good = home.load_state("t");
    const auto unverified = [&home](const State& state) {
        return store::is_unverified(home.home, "t", state);
    };
    CHECK_FALSE(unverified(good));
    State state = good;
    state.boot_id = "another";
    CHECK(unverified(state));
    State synced = state;
    synced.synced = true;
    CHECK_FALSE(unverified(synced));
    State copy = state;
    copy.inode += 1;
    CHECK_FALSE(unverified(copy));
    State removed = state;
    removed.where = State::Where::removed;
    CHECK_FALSE(unverified(removed));
    State gone = state;
    gone.where = State::Where::away;
    CHECK_FALSE(unverified(gone));
}

TEST_CASE("a copy of a home is verified as it is", "[verification]") {
    StoreHome home;
    install_abc(home);
    State state = home.load_state("t");
    state.boot_id = "another";
    home.save_state("t", state);
    REQUIRE(store::is_unverified(home.home, "t", state));
    const std::string toolchain = home.home.toolchain("t");
    platform::rename_path(toolchain, toolchain + ".old");
    test::copy_folder(toolchain + ".old", toolchain);
    CHECK_FALSE(store::is_unverified(home.home, "t", state));
}

TEST_CASE("a component with a torn file is damaged, others are not", "[verification]") {
    StoreHome home;
    install_abc(home);
    CHECK(damaged(home).empty());
    tear(home, "bin/a", "aaab");
    CHECK(damaged(home) == Strings{"a"});
    tear(home, "bin/c", "");
    CHECK(damaged(home) == Strings{"a", "c"});
}

TEST_CASE("a component whose index was lost with the power is damaged", "[verification]") {
    StoreHome home;
    install_abc(home);
    platform::save_file(home.home.tree_index("b1"), "");
    CHECK(damaged(home) == Strings{"b"});
    platform::remove_file(home.home.tree_index("b1"));  // By whoever made room.
    CHECK(damaged(home).empty());
}

TEST_CASE("what was deleted or edited since does not count as damage", "[verification]") {
    StoreHome home;
    install_abc(home);
    platform::remove_file(home.path("t", "bin/a"));
    platform::save_file(home.path("t", "bin/b"), "stripped");
    platform::remove_tree(home.on, home.path("t", "lib"));
    CHECK(damaged(home).empty());
}

TEST_CASE("a component whose tree is not known cannot be told", "[verification]") {
    StoreHome home;
    install_abc(home);
    for (const char* file : {"bin/a", "bin/b", "bin/c"}) tear(home, file, "xxxx");
    State state = home.load_state("t");
    state.components[0].tree.clear();
    state.components[2].standing = Standing::leaving;
    home.save_state("t", state);
    CHECK(damaged(home) == Strings{"b"});
    platform::remove_file(home.home.tree_index("b1"));
    CHECK(damaged(home).empty());
}

TEST_CASE("a sync mark says that the current generation is on the disk", "[verification]") {
    StoreHome home;
    install_abc(home);
    const State before = home.load_state("t");
    const SyncMark mark(home.home, "t");
    CHECK(mark.is_needed());
    CHECK_FALSE(home.load_state("t").synced);
    mark.set();
    State expected = before;
    expected.synced = true;
    CHECK(store::serialise(home.load_state("t")) == store::serialise(expected));
    CHECK_FALSE(SyncMark(home.home, "t").is_needed());
    CHECK(home.is_staging_empty());
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("a sync mark is not needed where nothing can be marked", "[verification]") {
    StoreHome home;
    CHECK_FALSE(SyncMark(home.home, "t").is_needed());
    SyncMark(home.home, "t").set();
    CHECK_FALSE(store::find_state(home.home, "t"));
    install_abc(home);
    State state = home.load_state("t");
    state.components[0].standing = Standing::arriving;
    home.save_state("t", state);
    CHECK_FALSE(SyncMark(home.home, "t").is_needed());
    state.where = State::Where::removed;
    home.save_state("t", state);
    CHECK_FALSE(SyncMark(home.home, "t").is_needed());
}

TEST_CASE("a sync says nothing of what was committed since it began", "[verification]") {
    StoreHome home;
    install_abc(home);
    const SyncMark mark(home.home, "t");
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"), StoreHome::kept("c"),
                      home.arrived("d", "d1", {{"bin/d", "d"}})});
    const std::string state = store::serialise(home.load_state("t"));
    mark.set();
    CHECK(store::serialise(home.load_state("t")) == state);
    CHECK_FALSE(home.load_state("t").synced);
}

TEST_CASE("a sync mark waits for nobody", "[verification]") {
    StoreHome home;
    install_abc(home);
    const SyncMark mark(home.home, "t");
    Child change = test::hold(home, "exclusive", {"toolchain:t"});
    mark.set();
    CHECK_FALSE(home.load_state("t").synced);
    test::stop(change);
    mark.set();
    CHECK(home.load_state("t").synced);
}

TEST_CASE("what cannot be repaired is run as it is, in this boot", "[verification]") {
    StoreHome home;
    install_abc(home);
    State state = home.load_state("t");
    state.boot_id = "another";
    home.save_state("t", state);
    {
        Child change = test::hold(home, "exclusive", {"toolchain:t"});
        store::mark_verified(home.home, "t", state);
        CHECK(store::is_unverified(home.home, "t", home.load_state("t")));
    }
    store::mark_verified(home.home, "t", state);
    CHECK_FALSE(store::is_unverified(home.home, "t", home.load_state("t")));
    CHECK_FALSE(home.load_state("t").synced);  // The next boot asks again.
    // Of a state that has been replaced nothing is said.
    State other = home.load_state("t");
    other.boot_id = "a third";
    other.serial += 1;
    home.save_state("t", other);
    store::mark_verified(home.home, "t", state);
    CHECK(home.load_state("t").boot_id == "a third");
}
