#include "latchkey/store/take_out.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"
#include "seen.hpp"

using namespace latchkey;
using store::Standing;
using store::State;
using test::Child;
using test::component;
using test::Files;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

/// Toolchain `t` with `a`, and `c` as a killed addition left it: some of its files are there.
void add_half_of_c(StoreHome& home, const Files& files, const Strings& brought) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}, {"lib/shared/a", "a"}})});
    home.publish("c", "c1", files);
    State state = home.load_state("t");
    state.components.push_back({component("c"), "c1", Standing::arriving});
    const std::vector<dist::Component> both{component("a"), component("c")};
    state.intended = store::fingerprint_of(store::list_texts(both), state.metadata);
    home.save_state("t", state);
    for (const std::string& path : brought) {
        const std::string place = home.home.toolchain("t") + "/" + path;
        platform::make_directories(place.substr(0, place.rfind('/')));
        platform::rename_path(home.home.arrived("c1") + "/" + path, place);
    }
}

/// Toolchain `t` with `a`, and `b`, whose list names share/doc/b whole, with two files in it.
void add_documented_b(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived(
                          "b", "b1",
                          {{"bin/b", "b1"}, {"share/doc/b/x", "x"}, {"share/doc/b/more/y", "y"}})});
    home.dir.write("toolchains/t/lib/rustlib/manifest-b", "file:bin/b\ndir:share/doc/b\n");
}

/// As who removes `b` leaves it when he is killed after the first rename.
void take_folder_of_b_and_die(StoreHome& home) {
    State state = home.load_state("t");
    state.find(component("b"))->standing = Standing::leaving;
    const std::vector<dist::Component> one{component("a")};
    state.intended = store::fingerprint_of(store::list_texts(one), state.metadata);
    home.save_state("t", state);
    const std::string place = home.home.state_folder("t") + "/leaving/share/doc";
    platform::make_directories(place);
    platform::rename_path(home.path("t", "share/doc/b"), place + "/b");
}

}  // namespace

TEST_CASE("what a removal left goes when nobody may load it any more", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}, {"lib/b/x", "x"}})});
    Child reader = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK_FALSE(home.take_out("t"));
    CHECK(home.standings("t") == "a=listed b=leaving");
    CHECK(home.read("t", "lib/b/x") == "x");
    test::stop(reader);
    CHECK(home.take_out("t"));
    CHECK(home.standings("t") == "a=listed");
    CHECK_FALSE(platform::find_status(home.path("t", "bin/b")));
    CHECK_FALSE(platform::find_status(home.path("t", "lib/b")));
    CHECK(home.take_out("t"));  // Once more is nothing.
}

TEST_CASE("who runs from a directory that nobody describes to him keeps all of it", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}})});
    Child reader = test::run_from(home, "home/t", {"*"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving");
    test::stop(reader);
    CHECK(home.take_out("t"));
}

TEST_CASE("who works in the directory without a range keeps all of it", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}})});
    Child shell = test::work_in(home.home.toolchain("t"));
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving");
    test::stop(shell);
    CHECK(home.take_out("t"));
}

TEST_CASE("of several that are leaving each goes when it is free", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}}),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    Child one = test::run_from(home, "home/t", {"b"});
    Child other = test::run_from(home, "home/t", {"c"});
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed b=leaving c=leaving");
    test::stop(one);
    CHECK_FALSE(home.take_out("t"));
    CHECK(home.standings("t") == "a=listed c=leaving");
    test::stop(other);
    CHECK(home.take_out("t"));
    CHECK(home.standings("t") == "a=listed");
}

TEST_CASE("what a killed addition brought is taken out, and rustup's notes are as before",
          "[take_out]") {
    StoreHome home;
    add_half_of_c(home, {{"bin/c", "c"}, {"lib/c/x", "x"}, {"lib/shared/c", "s"}},
                  {"lib/c/x", "lib/shared/c"});
    home.dir.write("toolchains/t/lib/rustlib/manifest-c", "file:bin/c\n");
    home.dir.write("toolchains/t/lib/rustlib/components", "a\nc\n");
    CHECK(home.current("t").kind == store::Current::Kind::ours);  // Half of each note.
    CHECK(home.take_out("t"));
    CHECK(home.list(home.home.toolchain("t")) ==
          Strings{"bin/a", "lib/rustlib/.latchkey", "lib/rustlib/components",
                  "lib/rustlib/manifest-a", "lib/rustlib/multirust-channel-manifest.toml",
                  "lib/rustlib/multirust-config.toml", "lib/rustlib/rust-installer-version",
                  "lib/shared/a"});
    CHECK_FALSE(platform::find_status(home.path("t", "lib/c")));
    CHECK(home.read("t", "lib/rustlib/components") == "a\n");
    CHECK(home.standings("t") == "a=listed");
    CHECK_FALSE(home.load_state("t").intended);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("at a killed addition's paths anything but what was unpacked is the user's",
          "[take_out]") {
    StoreHome home;
    add_half_of_c(home, {{"bin/c", "c"}, {"lib/c/x", "x"}, {"lib/c/y", "y"}, {"lib/c/z", "z"}},
                  {"lib/c/x", "lib/c/y"});
    home.dir.write("toolchains/t/bin/c", "mine");              // Before the addition came so far.
    platform::save_file(home.path("t", "lib/c/y"), "edited");  // Since then.
    home.dir.write("toolchains/t/lib/c/other", "mine, too");
    CHECK(home.take_out("t"));
    CHECK(home.read("t", "bin/c") == "mine");
    CHECK(home.read("t", "lib/c/y") == "edited");
    CHECK(home.read("t", "lib/c/other") == "mine, too");
    CHECK(home.read("t", "lib/c/x") == "(none)");
    CHECK(home.standings("t") == "a=listed");
}

TEST_CASE("a killed removal is ended, its notes included", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("b", "b1", {{"bin/b", "b1"}})});
    State state = home.load_state("t");
    state.find(component("b"))->standing = Standing::leaving;
    const std::vector<dist::Component> one{component("a")};
    state.intended = store::fingerprint_of(store::list_texts(one), state.metadata);
    home.save_state("t", state);
    CHECK(home.take_out("t"));
    CHECK(home.read("t", "bin/b") == "(none)");
    CHECK(home.read("t", "lib/rustlib/components") == "a\n");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("notes are mended though what is partial must stay", "[take_out]") {
    StoreHome home;
    add_half_of_c(home, {{"bin/c", "c"}}, {"bin/c"});
    home.dir.write("toolchains/t/lib/rustlib/components", "a\nc\n");
    Child reader = test::run_from(home, "home/t", {"*"});
    CHECK_FALSE(home.take_out("t"));
    CHECK(home.read("t", "lib/rustlib/components") == "a\n");
    CHECK(home.standings("t") == "a=listed c=arriving");
    CHECK(home.read("t", "bin/c") == "c");
}

TEST_CASE("a component that rustup listed by folders goes with them", "[take_out]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}, {"share/doc/a/x", "x"}});
    home.dir.write("toolchains/t/lib/rustlib/manifest-a", "file:bin/a\ndir:share/doc/a\n");
    home.dir.write("toolchains/t/share/doc/mine", "mine");
    home.commit("t", {home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.read("t", "bin/a") == "(none)");
    CHECK_FALSE(platform::find_status(home.path("t", "share/doc/a")));
    CHECK(home.read("t", "share/doc/mine") == "mine");
}

TEST_CASE("what is removed without a directory has nothing partial", "[take_out]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}})});
    Child reader = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    CHECK(home.take_out("t"));
    CHECK(home.read_home("t", "bin/a") == "a1");
}

TEST_CASE("a folder that a component has whole goes with it, and not the user's files in it",
          "[take_out]") {
    StoreHome home;
    add_documented_b(home);
    home.dir.write("toolchains/t/share/doc/b/more/mine", "mine");
    REQUIRE(::symlink("mine", home.path("t", "share/doc/b/more/link").c_str()) == 0);
    const auto before = platform::find_status(home.path("t", "share/doc/b/more/mine"));
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed");
    CHECK(home.list(home.path("t", "share")) == Strings{"doc/b/more/link", "doc/b/more/mine"});
    CHECK(home.read("t", "share/doc/b/more/mine") == "mine");
    const auto after = platform::find_status(home.path("t", "share/doc/b/more/mine"));
    CHECK(after->inode == before->inode);
    CHECK_FALSE(platform::find_status(home.home.state_folder("t") + "/leaving"));
}

TEST_CASE("another component's files in a folder that one has whole stay where they are",
          "[take_out]") {
    StoreHome home;
    add_documented_b(home);
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"share/doc/b/c/z", "z"}})});
    const auto before = platform::find_status(home.path("t", "share/doc/b"));
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("c")});
    CHECK(home.list(home.path("t", "share")) == Strings{"doc/b/c/z"});
    CHECK(platform::find_status(home.path("t", "share/doc/b"))->inode == before->inode);
}

TEST_CASE("what a killed removal had taken out of the way is given back to the user",
          "[take_out]") {
    StoreHome home;
    add_documented_b(home);
    home.dir.write("toolchains/t/share/doc/b/more/mine", "mine");
    take_folder_of_b_and_die(home);
    SECTION("by the next clean-up") {
        CHECK(home.take_out("t"));
    }
    SECTION("by a clean-up that must leave the component where it is") {
        Child reader = test::run_from(home, "home/t", {"b"});
        CHECK_FALSE(home.take_out("t"));
        CHECK(home.read("t", "bin/b") == "b1");
    }
    SECTION("before an update makes another directory") {
        home.manifest = "release 2";
        home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
        CHECK(home.read("t", "bin/a") == "a2");
    }
    SECTION("before it settles") {
        CHECK(home.settle("t"));
    }
    SECTION("beside what he has put there since") {
        home.dir.write("toolchains/t/share/doc/b/more/mine", "newer");
        CHECK(home.take_out("t"));
        CHECK(home.read("t", "share/doc/b/more/mine") == "newer");
        CHECK(home.read("t", "share/doc/b/more/mine~") == "mine");
        return;
    }
    CHECK(home.read("t", "share/doc/b/more/mine") == "mine");
    CHECK(home.read("t", "share/doc/b/x") == "(none)");
    CHECK_FALSE(platform::find_status(home.home.state_folder("t") + "/leaving"));
}

TEST_CASE("what a killed removal had taken goes with its toolchain", "[take_out]") {
    StoreHome home;
    add_documented_b(home);
    take_folder_of_b_and_die(home);
    home.uninstall("t");
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    CHECK_FALSE(platform::find_status(home.path("t", "share/doc/b")));
}
