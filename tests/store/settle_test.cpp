#include "latchkey/store/settle.hpp"

#include <signal.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "placing.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "settled.hpp"

using namespace latchkey;
using store::Place;
using store::State;
using test::check_settled;
using test::Child;
using test::inode_of;
using test::StoreHome;
using Strings = std::vector<std::string>;

TEST_CASE("what is settled, removed, or not known needs no settling", "[settle]") {
    StoreHome home;
    CHECK(home.settle("t"));
    test::install_release_1(home);
    const test::Seen before = test::see(home, home.home.toolchain("t"));
    CHECK(home.settle("t"));
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.load_state("t").serial == 1);
}

TEST_CASE("a home lags while somebody runs from it, and settles when nobody does", "[settle]") {
    StoreHome home;
    test::install_release_1(home);
    Child one = test::run_from(home, "home/t", {"a"});
    Child two = test::run_from(home, "home/t", {"*"});
    test::update_to(home, "2");
    const test::Seen before = test::see(home, home.home.toolchain("t"));
    CHECK_FALSE(home.settle("t"));
    test::stop(one);
    CHECK_FALSE(home.settle("t"));
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.load_state("t").where == State::Where::away);
    two.kill(SIGKILL);  // No goodbye: the kernel lets go.
    two.wait();
    CHECK(home.settle("t"));
    check_settled(home);
}

TEST_CASE("who works in home without a range is spared, too", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    Child shell = test::work_in(home.home.toolchain("t") + "/bin");
    CHECK_FALSE(home.settle("t"));
    test::stop(shell);
    CHECK(home.settle("t"));
}

TEST_CASE("who runs from the generation away does not keep home from settling", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    Child reader = test::run_from(home, "away/2/t", {"a", "b"});
    CHECK(home.settle("t"));
    check_settled(home);
    // And finds all of it where it was.
    CHECK(platform::load_file(home.home.directory({"t", 2}) + "/bin/a") == "a2");
}

TEST_CASE("home becomes a clone by hard links, under its own number and word", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    const State away = home.load_state("t");
    CHECK(home.settle("t"));
    const State settled = home.load_state("t");
    CHECK(settled.number == away.number + 1);
    CHECK(settled.word != away.word);
    CHECK(settled.serial > away.serial);
    CHECK(settled.inode == inode_of(home.home.toolchain("t")));
    CHECK(settled.metadata == store::load_fingerprint(home.home.toolchain("t")));
    const auto tag = store::find_tag(home.home.toolchain("t"));
    REQUIRE(tag);
    CHECK(tag->number == settled.number);
    CHECK(tag->word == settled.word);
    CHECK(tag->parent == away.word);
    const std::string from = home.home.directory({"t", 2});
    for (const char* file : {"bin/a", "bin/b", "lib/a/2"}) {
        CHECK(inode_of(home.home.toolchain("t") + "/" + file) == inode_of(from + "/" + file));
    }
    for (const char* note : {"components", "multirust-config.toml", ".latchkey", "manifest-a"}) {
        const std::string path = "/lib/rustlib/" + std::string(note);
        CHECK(inode_of(home.home.toolchain("t") + path) != inode_of(from + path));
    }
}

TEST_CASE("what is on the disk stays known to be there", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    for (const bool synced : {true, false}) {
        State state = home.load_state("t");
        state.synced = synced;
        home.save_state("t", state);
        CHECK(home.settle("t"));
        CHECK(home.load_state("t").synced == synced);
        Child reader = test::run_from(home, "home/t", {"a"});
        test::update_to(home, "3");
        test::stop(reader);
    }
}

TEST_CASE("what is partial does not come into the clone", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    Child reader = test::run_from(home, "away/2/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving");
    CHECK(home.settle("t"));
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.read_home("t", "bin/b") == "(none)");
    CHECK(home.read_home("t", "lib/rustlib/manifest-b") == "(none)");
    CHECK(home.read_home("t", "lib/rustlib/components") == "a\n");
    CHECK(platform::load_file(home.home.directory({"t", 2}) + "/bin/b") == "b1");
}

TEST_CASE("unknown files of both directories are in the clone", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    home.dir.write("toolchains/t/mine/at-home", "1");
    home.dir.write("latchkey/away/2/t/mine/away", "2");
    CHECK(home.settle("t"));
    CHECK(home.read_home("t", "mine/at-home") == "1");
    CHECK(home.read_home("t", "mine/away") == "2");
}

TEST_CASE("what the user did to a file of his at home while it lagged is what stays", "[settle]") {
    StoreHome home;
    test::install_release_1(home);
    home.dir.write("toolchains/t/mine", "before");
    Child reader = test::run_from(home, "home/t", {"a"});
    test::update_to(home, "2");
    test::stop(reader);
    // As an editor does it: another file, renamed.
    home.dir.write("toolchains/t/mine.new", "after");
    platform::rename_path(home.home.toolchain("t") + "/mine.new",
                          home.home.toolchain("t") + "/mine");
    CHECK(home.settle("t"));
    CHECK(home.read_home("t", "mine") == "after");
}

TEST_CASE("home lags on while a file of the user's is where the new release brings one",
          "[settle]") {
    StoreHome home;
    test::make_lag(home);
    const std::string mine = home.home.toolchain("t") + "/lib/a/2";
    platform::save_file(mine, "mine");
    CHECK_THROWS_WITH(home.settle("t"), Catch::Contains("move it out of the way"));
    CHECK(platform::load_file(mine) == "mine");
    CHECK(home.load_state("t").where == State::Where::away);
    platform::remove_file(mine);
    CHECK(home.settle("t"));
    check_settled(home);
}

TEST_CASE("a clone that a killed command put there is replaced", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    const State away = home.load_state("t");
    CHECK(home.settle("t"));
    home.save_state("t", away);  // Killed behind the exchange.
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.settle("t"));
    check_settled(home);
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(home.load_state("t").number > away.number + 1);
}

TEST_CASE("a directory that hands put to home is not replaced", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    home.add_plain("t", "a", {{"bin/a", "restored"}});
    const test::Seen before = test::see(home, home.home.toolchain("t"));
    CHECK(home.settle("t"));
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.current("t").kind == store::Current::Kind::plain);
    // The next change takes it over.
    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.read_home("t", "bin/a") == "restored");
    CHECK(home.current("t").place == Place{"t", 0});
}

TEST_CASE("a home that was deleted is filled", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    SECTION("it is not there") {}
    SECTION("an empty folder is") {
        home.dir.make("toolchains/t");
    }
    SECTION("all toolchains are gone") {
        platform::remove_tree(home.on, home.home.toolchains());
    }
    CHECK(home.settle("t"));
    check_settled(home);
}

TEST_CASE("what is left of a home that was being deleted is replaced", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    State state = home.load_state("t");
    state.behind->doomed = true;
    home.save_state("t", state);
    platform::remove_file(home.home.toolchain("t") + "/lib/rustlib/.latchkey");
    platform::remove_file(home.home.toolchain("t") + "/bin/a");
    CHECK(home.settle("t"));
    check_settled(home);
}

TEST_CASE("a link of the user's at home is left alone", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    platform::make_link("/elsewhere", home.home.toolchain("t"));
    CHECK(home.settle("t"));
    CHECK(platform::find_link(home.home.toolchain("t")) == "/elsewhere");
    CHECK(home.current("t").kind == store::Current::Kind::linked);
}

TEST_CASE("a link that waits for a busy directory takes its place", "[settle]") {
    StoreHome home;
    test::install_release_1(home);
    Child reader = test::run_from(home, "home/t", {"a"});
    home.link("t", "/elsewhere");
    CHECK_FALSE(home.settle("t"));
    CHECK(home.read_home("t", "bin/a") == "a1");
    test::stop(reader);
    SECTION("when it is free") {}
    SECTION("when a killed command has put it there") {
        platform::remove_tree(home.on, home.home.toolchain("t"));
        platform::make_link("/elsewhere", home.home.toolchain("t"));
    }
    CHECK(home.settle("t"));
    CHECK(platform::find_link(home.home.toolchain("t")) == "/elsewhere");
    CHECK_FALSE(store::find_state(home.home, "t"));
}

TEST_CASE("nothing of settling is left in staging but an empty folder", "[settle]") {
    StoreHome home;
    test::make_lag(home);
    CHECK(home.settle("t"));
    CHECK(home.list(home.home.staging()).empty());
}
