#include "change_in_place.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/history.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Place;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;

TEST_CASE("an addition is done where the toolchain is, and touches nothing that was there",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    const auto before = test::see(home, home.home.toolchain("t"));
    const State old = home.load_state("t");
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}, {"lib/c/x", "cx1"}})});
    test::check_untouched(before, test::see(home, home.home.toolchain("t")));
    CHECK(home.read("t", "bin/c") == "c1");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nb\nc\n");
    CHECK(home.read("t", "lib/rustlib/manifest-c") == "file:bin/c\nfile:lib/c/x\n");
    const State state = home.load_state("t");
    CHECK(state.number == old.number);
    CHECK(state.word == old.word);
    CHECK(state.serial > old.serial);
    CHECK(home.standings("t") == "a=listed b=listed c=listed");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(home.is_staging_empty());
    const auto history = store::load_history(home.home, "t");
    REQUIRE(history.size() == 2);
    CHECK(history[1].record.what == "change");
}

TEST_CASE("a folder that only the new component has comes by one rename", "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    const auto c = home.arrived("c", "c1", {{"lib/c/deep/x", "1"}, {"lib/c/deep/y", "2"}});
    const std::uint64_t folder = test::inode_of(home.home.arrived("c1") + "/lib/c");
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"), c});
    CHECK(test::inode_of(home.path("t", "lib/c")) == folder);
}

TEST_CASE("components are listed in the order that was wanted", "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    home.commit("t", {home.arrived("c", "c1", {{"bin/c", "c1"}}), StoreHome::kept("b"),
                      StoreHome::kept("a")});
    CHECK(home.read("t", "lib/rustlib/components") == "c\nb\na\n");
    CHECK(home.standings("t") == "c=listed b=listed a=listed");
}

TEST_CASE("an addition is made while tools run, and they are not asked", "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a", "b"});
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.standings("t") == "a=listed b=listed c=listed");
    CHECK(home.read_home("t", "bin/c") == "c1");
}

TEST_CASE("a removal takes the component's files and empty folders, and nothing else",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    home.dir.write("toolchains/t/lib/a/user", "mine");
    const auto before = test::see(home, home.home.toolchain("t"));
    home.commit("t", {StoreHome::kept("a")});
    auto kept = before;
    for (const char* gone : {"bin/b", "lib/b", "lib/b/x", "lib/rustlib/manifest-b"}) {
        CHECK_FALSE(platform::find_status(home.home.toolchain("t") + "/" + gone));
        kept.erase(gone);
    }
    test::check_untouched(kept, test::see(home, home.home.toolchain("t")));
    CHECK(home.read("t", "lib/rustlib/components") == "a\n");
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.load_state("t").number == 1);
    CHECK(home.is_staging_empty());
    home.commit("t", {});
    CHECK(home.read("t", "lib/rustlib/components").empty());
    CHECK(home.read("t", "lib/a/user") == "mine");
}

TEST_CASE("a component that somebody may load is removed by name, and its files stay",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child rustc = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving");
    CHECK(home.read("t", "lib/rustlib/components") == "a\n");
    CHECK(home.read("t", "bin/b") == "b1");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    test::stop(rustc);
    CHECK(home.take_out("t"));
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.read("t", "bin/b") == "(none)");
}

TEST_CASE("a component that nobody loads is taken out under a tool that loads others",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child rustfmt = test::run_from(home, "home/t", {"a"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.read("t", "bin/b") == "(none)");
}

TEST_CASE("a component that is still leaving comes back where it is", "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child rustc = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    const std::uint64_t file = test::inode_of(home.path("t", "bin/b"));
    std::vector<store::HeldSupply> held;
    home.commit("t", {StoreHome::kept("a"), test::supplied(home, "b", "b1", held)});
    CHECK(home.standings("t") == "a=listed b=listed");
    CHECK(test::inode_of(home.path("t", "bin/b")) == file);
    CHECK(home.load_state("t").number == 1);
    CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
    CHECK(home.read("t", "lib/rustlib/manifest-b") == "file:bin/b\nfile:lib/b/x\n");
}

TEST_CASE("another content for a component that is still leaving is a new generation",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child rustc = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    home.commit("t", {StoreHome::kept("a"), home.arrived("b", "b2", {{"bin/b", "b2"}})});
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.read("t", "bin/b") == "b2");
    CHECK(home.read("t", "bin/a") == "a1");
    CHECK(home.read("t", "lib/b/x") == "(none)");
    CHECK(home.read_home("t", "bin/b") == "b1");
}

TEST_CASE("a component that is leaving and not whole any more is a new generation",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    Child rustc = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    platform::remove_file(home.home.toolchain("t") + "/lib/b/x");
    home.commit("t", {StoreHome::kept("a"),
                      home.arrived("b", "b1", {{"bin/b", "b1"}, {"lib/b/x", "bx1"}})});
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.read("t", "lib/b/x") == "bx1");
}

TEST_CASE("where one component comes and another goes, neither does if it fails",
          "[change_in_place]") {
    StoreHome home;
    test::install_ab(home);
    home.commit("other", {home.arrived("c", "c1", {{"bin/c", "c1"}, {"lib/c/x", "x"}})});
    std::vector<store::HeldSupply> held;
    const auto wanted = home.wanted({StoreHome::kept("a"), test::supplied(home, "c", "c1", held)});
    platform::remove_file(home.path("other", "lib/c/x"));
    CHECK(home.try_commit("t", wanted).end == store::Committed::End::supply_gone);
    CHECK(home.standings("t") == "a=listed b=listed");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
    CHECK(home.read("t", "lib/b/x") == "bx1");
    CHECK_FALSE(platform::find_status(home.path("t", "bin/c")));
    CHECK(home.current("t").kind == store::Current::Kind::ours);

    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c2", {{"bin/c", "c2"}})});
    CHECK(home.standings("t") == "a=listed c=listed");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nc\n");
    CHECK_FALSE(platform::find_status(home.path("t", "lib/b")));
}
