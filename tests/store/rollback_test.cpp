#include "latchkey/store/rollback.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/collect.hpp"
#include "latchkey/store/history.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"

using namespace latchkey;
using store::Committed;
using store::Former;
using store::State;
using test::StoreHome;
using End = Committed::End;

namespace {

/// Release 2 is current, and release 1 is kept.
void make_former(StoreHome& home) {
    store::save_keep_generations(home.home, 1, home.exclusive(lock::Key::settings()));
    test::install_release_1(home);
    test::update_to(home, "2");
}

Former former(const StoreHome& home) {
    auto all = store::list_former(home.home, "t");
    REQUIRE(all.size() == 1);
    return all[0];
}

Committed roll_back(const StoreHome& home, const std::string& word,
                    const std::optional<std::string>& version = {}) {
    store::Junk junk(home.home, "t");
    Committed committed;
    {
        const lock::LockSet range = home.lock_toolchain("t");
        const std::string expected = version.value_or(home.current("t").version);
        committed = store::commit_rollback(home.on, home.home, "t", expected,
                                           {word, 1, "test", false}, junk, range);
    }
    junk.remove(home.on);
    return committed;
}

}  // namespace

TEST_CASE("a rollback makes a kept generation current, and keeps the one that was", "[rollback]") {
    StoreHome home;
    make_former(home);
    const State newer = home.load_state("t");
    CHECK(roll_back(home, former(home).state.word).end == End::done);
    const State state = home.load_state("t");
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(state.where == State::Where::home);
    CHECK(state.manifest_hash == "hash of release 1");
    CHECK(state.held == 1);
    REQUIRE(state.record);
    CHECK(state.record->what == "rollback");
    CHECK(store::load_history(home.home, "t").back().held_at == 1);
    CHECK(former(home).state.word == newer.word);
    store::clean_up(home.on, home.home, {});
    CHECK(former(home).state.word == newer.word);
    CHECK(store::list_away(home.home, "t").directories.size() == 1);
}

TEST_CASE("while somebody runs from home, the kept generation is current where it is",
          "[rollback]") {
    StoreHome home;
    make_former(home);
    test::Child reader = test::run_from(home, "home/t", {"a"});
    const Former target = former(home);
    CHECK(roll_back(home, target.state.word).end == End::done);
    const State state = home.load_state("t");
    CHECK(state.where == State::Where::away);
    CHECK(state.word == target.state.word);
    CHECK(home.current("t").place == target.place);
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(former(home).place.is_home());
    test::stop(reader);
    store::clean_up(home.on, home.home, {});
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(home.load_state("t").word != target.state.word);  // A clone of it.
    CHECK(former(home).state.manifest_hash == "hash of release 2");
}

TEST_CASE("while home lags, a rollback to it moves nothing", "[rollback]") {
    StoreHome home;
    store::save_keep_generations(home.home, 1, home.exclusive(lock::Key::settings()));
    test::install_release_1(home);
    test::Child reader = test::run_from(home, "home/t", {"a"});
    test::update_to(home, "2");
    const std::uint64_t inode = test::inode_of(home.home.toolchain("t"));
    platform::save_file(home.path("t", "mine"), "mine");  // Away.
    CHECK(roll_back(home, former(home).state.word).end == End::done);
    CHECK(home.load_state("t").where == State::Where::home);
    CHECK_FALSE(home.load_state("t").behind);
    CHECK(test::inode_of(home.home.toolchain("t")) == inode);
    CHECK(home.read("t", "mine") == "mine");
    CHECK_FALSE(former(home).place.is_home());
    test::stop(reader);
    store::clean_up(home.on, home.home, {});
    CHECK(home.read("t", "bin/a") == "a1");
    CHECK(former(home).state.manifest_hash == "hash of release 2");
}

TEST_CASE("a component that was leaving leaves when its generation is current again",
          "[rollback]") {
    StoreHome home;
    store::save_keep_generations(home.home, 1, home.exclusive(lock::Key::settings()));
    test::install_release_1(home);
    test::Child reader = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving");
    home.manifest = "release 2";
    home.commit("t", {test::release_of_a(home, "2")});
    CHECK(roll_back(home, former(home).state.word).end == End::done);
    CHECK(home.standings("t") == "a=listed b=leaving");
    test::stop(reader);
    store::clean_up(home.on, home.home, {});
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.read("t", "bin/b") == "(none)");
}

TEST_CASE("a rollback commits only what it was planned from", "[rollback]") {
    StoreHome home;
    make_former(home);
    const std::string word = former(home).state.word;
    const State before = home.load_state("t");
    CHECK(roll_back(home, word, "another version").end == End::moved);
    CHECK(roll_back(home, "0123456789abcdef").end == End::supply_gone);
    const std::string note = home.home.directory(former(home).place) + "/lib/rustlib/components";
    platform::save_file(note, "");
    CHECK(roll_back(home, word).end == End::supply_gone);
    CHECK(store::serialise(home.load_state("t")) == store::serialise(before));
}

TEST_CASE("a hold survives additions and updates of the engine, and ends when it is released",
          "[rollback]") {
    StoreHome home;
    make_former(home);
    roll_back(home, former(home).state.word);
    home.manifest = "release 1";
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.load_state("t").held == 1);
    CHECK(store::commit_hold(home.home, "t", std::nullopt, home.lock_toolchain("t")));
    CHECK_FALSE(home.load_state("t").held);
    CHECK_FALSE(store::commit_hold(home.home, "t", std::nullopt, home.lock_toolchain("t")));
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}
