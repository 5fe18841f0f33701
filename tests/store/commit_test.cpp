#include "latchkey/store/commit.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/history.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Committed;
using store::Place;
using store::Standing;
using store::State;
using test::Child;
using test::component;
using test::Files;
using test::StoreHome;
using End = store::Committed::End;
using Strings = std::vector<std::string>;

TEST_CASE("a fresh install is a real directory at home, with rustup's notes and one tag",
          "[commit]") {
    StoreHome home;
    test::install_ab(home);
    CHECK(platform::find_status(home.home.toolchain("t"))->kind == platform::FileKind::directory);
    CHECK(home.list(home.home.toolchain("t")) ==
          Strings{"bin/a", "bin/b", "lib/a/x", "lib/b/x", "lib/rustlib/.latchkey",
                  "lib/rustlib/components", "lib/rustlib/manifest-a", "lib/rustlib/manifest-b",
                  "lib/rustlib/multirust-channel-manifest.toml",
                  "lib/rustlib/multirust-config.toml", "lib/rustlib/rust-installer-version"});
    CHECK(home.read("t", "bin/a") == "a1");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
    CHECK(home.read("t", "lib/rustlib/manifest-a") == "file:bin/a\nfile:lib/a/x\n");
    CHECK(home.read("t", "lib/rustlib/multirust-channel-manifest.toml") == "release 1");
    CHECK(home.read("t", "lib/rustlib/rust-installer-version") == "3");
    CHECK(home.standings("t") == "a=listed b=listed");
    CHECK(home.current("t").place == Place{"t", 0});
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 1");
}

TEST_CASE("a fresh install says in its state what it is and where it came from", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    const State state = home.load_state("t");
    CHECK(state.number == 1);
    CHECK(state.word.size() == 16);
    CHECK(state.serial == 1);
    CHECK(state.manifest_hash == "hash of release 1");
    CHECK(state.update_hash == "update hash of release 1");
    CHECK(state.boot_id == platform::load_boot_id());
    CHECK(state.inode == test::inode_of(home.home.toolchain("t")));
    CHECK_FALSE(state.synced);
    CHECK_FALSE(state.intended);
    CHECK_FALSE(state.behind);
    CHECK(state.metadata == store::load_fingerprint(home.home.toolchain("t")));
    CHECK(state.components[0].tree == "a1");
    const auto tag = store::find_tag(home.home.toolchain("t"));
    REQUIRE(tag);
    CHECK(tag->toolchain == "t");
    CHECK(tag->number == 1);
    CHECK(tag->word == state.word);
    CHECK(tag->parent.empty());
    const auto history = store::load_history(home.home, "t");
    REQUIRE(history.size() == 1);
    CHECK(history[0].record.what == "install");
    CHECK(history[0].record.command == "test");
}

TEST_CASE("a fresh install leaves nothing behind, neither arrived nor away nor in staging",
          "[commit]") {
    StoreHome home;
    test::install_ab(home);
    CHECK(home.is_staging_empty());
    CHECK(platform::find_entries(home.home.arrived()).empty());
    CHECK(platform::find_entries(home.home.away()).empty());
    CHECK(home.list(home.home.states()) == Strings{"t/history/1.json", "t/state"});
}

TEST_CASE("an install moves what arrived: it is not written twice", "[commit]") {
    StoreHome home;
    const auto a = home.arrived("a", "a1", {{"lib/a/x", "ax1"}});
    const std::uint64_t file = test::inode_of(home.home.arrived("a1") + "/lib/a/x");
    const std::uint64_t folder = test::inode_of(home.home.arrived("a1") + "/lib/a");
    home.commit("t", {a});
    CHECK(test::inode_of(home.path("t", "lib/a/x")) == file);
    CHECK(test::inode_of(home.path("t", "lib/a")) == folder);
    CHECK(platform::find_status(home.path("t", "lib/a/x"))->links == 1);
}

TEST_CASE("a commit that expected another toolchain does nothing", "[commit]") {
    StoreHome home;
    const auto a = home.arrived("a", "a1", {{"bin/a", "a1"}});
    const std::string version = home.current("t").version;
    home.commit("t", {a});
    const auto before = test::see(home, home.dir.path());
    const auto b = StoreHome::kept("a");
    CHECK(home.try_commit("t", home.wanted({b}), version).end == End::moved);
    CHECK(home.try_commit("t", home.wanted({b}), "nonsense").end == End::moved);
    CHECK(home.load_state("t").serial == 1);
    CHECK(test::see(home, home.dir.path() + "/toolchains") ==
          test::see(home, home.dir.path() + "/toolchains"));
    CHECK(home.list(home.home.latchkey()) == Strings{"locks", "readers",
                                                     "toolchains/t/history/1.json",
                                                     "toolchains/t/state", "trees/a1.json.gz"});
}

TEST_CASE("hands that changed the toolchain since it was looked at make a commit begin again",
          "[commit]") {
    StoreHome home;
    test::install_ab(home);
    const std::string version = home.current("t").version;
    platform::save_file(home.path("t", "lib/rustlib/components"), "a\nb\nx\n");
    CHECK(home.try_commit("t", home.wanted({StoreHome::kept("a")}), version).end == End::moved);
}

TEST_CASE("a tree that is not to be had is looked for again, and nothing is done", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    const auto c = home.arrived("c", "c1", {{"bin/c", "c1"}});
    const auto d = home.arrived("d", "d1", {{"bin/d", "d1"}});
    const auto before = test::see(home, home.home.toolchain("t"));
    const auto try_all = [&](bool anew) {
        store::Wanted wanted = home.wanted({StoreHome::kept("a"), StoreHome::kept("b"), c, d});
        wanted.anew = anew;
        const Committed committed = home.try_commit("t", wanted);
        CHECK(committed.end == End::supply_gone);
        CHECK_FALSE(committed.spoiled);
        CHECK(test::see(home, home.home.toolchain("t")) == before);
        CHECK(home.standings("t") == "a=listed b=listed");
        CHECK(home.is_staging_empty());
    };
    SECTION("somebody is at it") {
        Child other = test::hold(home, "exclusive", {"unpack:d1"});
        try_all(false);
        // What was taken before is back for others.
        CHECK(platform::load_file(home.home.arrived("c1") + "/bin/c") == "c1");
        CHECK(platform::load_file(home.home.arrived("d1") + "/bin/d") == "d1");
    }
    SECTION("it was collected") {
        platform::remove_tree(home.on, home.home.arrived("d1"));
        try_all(false);
        CHECK(platform::load_file(home.home.arrived("c1") + "/bin/c") == "c1");
    }
    SECTION("for a new generation") {
        Child other = test::hold(home, "exclusive", {"unpack:d1"});
        try_all(true);
        CHECK(platform::load_file(home.home.arrived("c1") + "/bin/c") == "c1");
    }
}

TEST_CASE("two toolchains share the files of a component", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    std::vector<store::HeldSupply> held;
    home.commit("u",
                {test::supplied(home, "b", "b1", held), test::supplied(home, "a", "a1", held)});
    for (const char* file : {"bin/a", "lib/a/x", "bin/b", "lib/b/x"}) {
        CHECK(test::inode_of(home.path("u", file)) == test::inode_of(home.path("t", file)));
    }
    CHECK(home.read("u", "lib/rustlib/components") == "b\na\n");
    // Each has its own notes.
    CHECK(test::inode_of(home.path("u", "lib/rustlib/manifest-a")) !=
          test::inode_of(home.path("t", "lib/rustlib/manifest-a")));
    // One goes, the other has all.
    held.clear();
    home.uninstall("t");
    CHECK(home.read("u", "bin/a") == "a1");
}

TEST_CASE("a folder that is shared has the mode that it has elsewhere", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    ::chmod(home.path("t", "lib/a").c_str(), 0711);
    std::vector<store::HeldSupply> held;
    home.commit("u", {test::supplied(home, "a", "a1", held)});
    CHECK(platform::find_status(home.path("u", "lib/a"))->permissions == 0711);
}

TEST_CASE("a file that was edited in one toolchain does not come to another", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    home.commit("u", {home.arrived("c", "c1", {{"bin/c", "c1"}})});
    const auto before = test::see(home, home.home.toolchain("u"));
    std::vector<store::HeldSupply> held;
    const auto a = test::supplied(home, "a", "a1", held);
    SECTION("it has another length") {
        platform::save_file(home.path("t", "lib/a/x"), "edited");
    }
    SECTION("it has another time") {
        platform::save_file(home.path("t", "lib/a/x"), "ax9");
    }
    SECTION("it may be executed by others") {
        ::chmod(home.path("t", "lib/a/x").c_str(), 0755);
    }
    SECTION("it is gone") {
        platform::remove_file(home.path("t", "lib/a/x"));
    }
    SECTION("it is a link") {
        platform::remove_file(home.path("t", "lib/a/x"));
        platform::make_link("/etc/passwd", home.path("t", "lib/a/x"));
    }
    const std::string edited = home.read("t", "lib/a/x");
    const Committed in_place = home.try_commit("u", home.wanted({StoreHome::kept("c"), a}));
    CHECK(in_place.end == End::supply_gone);
    CHECK(in_place.spoiled == Place{"t", 0});
    CHECK(test::see(home, home.home.toolchain("u")) == before);
    CHECK(home.standings("u") == "c=listed");
    const Committed fresh = home.try_commit("v", home.wanted({a}));
    CHECK(fresh.end == End::supply_gone);
    CHECK(fresh.spoiled == Place{"t", 0});
    CHECK(home.current("v").kind == store::Current::Kind::absent);
    CHECK(home.read("t", "lib/a/x") == edited);
}

TEST_CASE("a file of the user's in the way is rustup's conflict, and leaves nothing", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    std::string in_the_way = "bin/d";
    SECTION("a file where the component has one") {
        home.dir.write("toolchains/t/bin/d", "mine");
    }
    SECTION("a link that leads nowhere") {
        platform::make_link("/gone", home.path("t", "bin/d"));
    }
    SECTION("a folder where the component has a file") {
        home.dir.make("toolchains/t/bin/d");
    }
    SECTION("a file where the component has a folder") {
        home.dir.write("toolchains/t/lib/d", "mine");
        in_the_way = "lib/d";
    }
    SECTION("a file of another component's") {
        in_the_way = "bin/a";
    }
    const auto before = test::see(home, home.home.toolchain("t"));
    const auto c = home.arrived("c", "c1", {{"bin/c", "c1"}});
    const auto d = home.arrived(
        "d", "d1", {{in_the_way == "bin/a" ? "bin/a" : "bin/d", "d1"}, {"lib/d/x", "dx1"}});
    CHECK(test::commit_error(home, {StoreHome::kept("a"), StoreHome::kept("b"), c, d}) ==
          "failed to install component: 'd', detected conflict: '" + in_the_way + "'");
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(home.standings("t") == "a=listed b=listed");
    CHECK(home.load_state("t").serial == 1);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("two components with one file are a conflict, of which tools see nothing", "[commit]") {
    StoreHome home;
    const Files one{{"bin/x", "1"}, {"lib/one", "1"}};
    const Files two{{"bin/x", "2"}, {"lib/two", "2"}};
    const std::string expected = "failed to install component: 'd', detected conflict: 'bin/x'";
    SECTION("in a fresh install") {
        CHECK(test::commit_error(
                  home, {home.arrived("c", "c1", one), home.arrived("d", "d1", two)}) == expected);
        CHECK(home.current("t").kind == store::Current::Kind::absent);
        CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    }
    SECTION("in another release") {
        test::install_ab(home);
        const auto before = test::see(home, home.home.toolchain("t"));
        home.manifest = "release 2";
        CHECK(test::commit_error(
                  home, {home.arrived("c", "c1", one), home.arrived("d", "d1", two)}) == expected);
        CHECK(test::see(home, home.home.toolchain("t")) == before);
        CHECK(home.load_state("t").serial == 1);
    }
    SECTION("in an addition") {
        test::install_ab(home);
        const auto before = test::see(home, home.home.toolchain("t"));
        CHECK(test::commit_error(
                  home, {StoreHome::kept("a"), StoreHome::kept("b"), home.arrived("c", "c1", one),
                         home.arrived("d", "d1", two)}) == expected);
        CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
        CHECK(home.load_state("t").installed().size() == 2);
        CHECK(home.take_out("t"));
        CHECK(home.standings("t") == "a=listed b=listed");
        test::check_untouched(before, test::see(home, home.home.toolchain("t")));
        CHECK(test::see(home, home.home.toolchain("t")).size() == before.size());
    }
}

TEST_CASE("a package that brings one of rustup's notes or ours is refused", "[commit]") {
    StoreHome home;
    for (const char* name :
         {"components", "multirust-config.toml", "manifest-a", ".latchkey", ".latchkey-copy",
          "rust-installer-version", "multirust-channel-manifest.toml"}) {
        CAPTURE(name);
        const std::string path = "lib/rustlib/" + std::string(name);
        const std::string expected =
            "failed to install component: 'c', detected conflict: '" + path + "'";
        const auto c = home.arrived("c", "c1", {{path, "evil"}, {"bin/c", "c"}});
        CHECK(test::error_text([&] { home.commit("fresh", {c}); }) == expected);
        CHECK(home.current("fresh").kind == store::Current::Kind::absent);
        if (!store::find_state(home.home, "t")) test::install_ab(home);
        home.publish("c", "c1", {{path, "evil"}, {"bin/c", "c"}});
        CHECK(test::commit_error(home, {StoreHome::kept("a"), StoreHome::kept("b"), c}) ==
              expected);
        CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
        CHECK(home.standings("t") == "a=listed b=listed");
    }
}

TEST_CASE("files of the user's survive every change", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    home.dir.write("toolchains/t/bin/mine", "program");
    home.dir.write("toolchains/t/lib/a/notes", "beside a component's");
    home.dir.write("toolchains/t/my/folder/file", "deep");
    platform::make_link("/somewhere", home.path("t", "my/link"));
    ::chmod(home.path("t", "my/folder").c_str(), 0700);
    const std::uint64_t file = test::inode_of(home.path("t", "bin/mine"));
    const auto check = [&](const std::string& directory) {
        CHECK(test::inode_of(directory + "/bin/mine") == file);
        CHECK(platform::find_file_text(directory + "/lib/a/notes") == "beside a component's");
        CHECK(platform::find_file_text(directory + "/my/folder/file") == "deep");
        CHECK(platform::find_link(directory + "/my/link") == "/somewhere");
        CHECK(platform::find_status(directory + "/my/folder")->permissions == 0700);
    };
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    check(home.home.toolchain("t"));
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b")});
    check(home.home.toolchain("t"));
    Child cargo = test::run_from(home, "home/t", {"a", "b"});
    test::update_a(home);
    check(home.path("t", ""));
    check(home.home.toolchain("t"));
    test::stop(cargo);
    CHECK(home.settle("t"));
    check(home.home.toolchain("t"));
    home.commit("t", {StoreHome::kept("b")});
    check(home.home.toolchain("t"));
    store::Wanted wanted = home.wanted({StoreHome::kept("b")});
    wanted.anew = true;
    home.commit_wanted("t", wanted);
    check(home.home.toolchain("t"));
}

TEST_CASE("a file of the user's that a new release has too is a conflict, not a loss", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    home.dir.write("toolchains/t/bin/new", "mine");
    home.manifest = "release 2";
    CHECK(
        test::commit_error(home, {home.arrived("a", "a2", {{"bin/a", "a2"}, {"bin/new", "theirs"}}),
                                  StoreHome::kept("b")}) ==
        "failed to install component: 'a', detected conflict: 'bin/new'");
    CHECK(home.read("t", "bin/new") == "mine");
    CHECK(home.read("t", "bin/a") == "a1");
}

TEST_CASE("what was deleted of a component that stays is not brought back", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    platform::remove_tree(home.on, home.path("t", "lib/b"));
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.read("t", "lib/b/x") == "(none)");
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}}), StoreHome::kept("b")});
    CHECK(home.read("t", "bin/b") == "b1");
    CHECK(home.read("t", "lib/b/x") == "(none)");
    CHECK_FALSE(platform::find_status(home.path("t", "lib/b")));
    CHECK(home.standings("t") == "a=listed b=listed");
}

TEST_CASE("an edit of a component that stays is kept", "[commit]") {
    StoreHome home;
    test::install_ab(home);
    platform::save_file(home.path("t", "bin/b"), "edited");
    test::update_a(home);
    CHECK(home.read("t", "bin/b") == "edited");
}

TEST_CASE("a directory that rustup made is taken over as it is", "[commit][take_over]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}, {"lib/a/x", "ax1"}});
    home.dir.write("toolchains/t/mine", "x");
    home.dir.write("update-hashes/t", "of rustup");
    auto before = test::see(home, home.home.toolchain("t"));
    const State state =
        store::take_over(home.home, "t", home.current("t"), "adopting", home.lock_toolchain("t"));
    auto after = test::see(home, home.home.toolchain("t"));
    CHECK(after.erase("lib/rustlib/.latchkey") == 1);
    CHECK(after == before);
    CHECK(state.number == 1);
    CHECK(state.where == State::Where::home);
    CHECK(state.update_hash == "of rustup");
    CHECK(state.synced);
    REQUIRE(state.components.size() == 1);
    CHECK(state.components[0].component == component("a"));
    CHECK(state.components[0].tree.empty());
    CHECK(state.components[0].standing == Standing::listed);
    CHECK(store::serialise(home.load_state("t")) == store::serialise(state));
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    const auto entry = store::load_history(home.home, "t").at(0);
    CHECK(entry.record.what == "adopt");
    CHECK(entry.record.command == "adopting");
}

TEST_CASE("what hands changed is taken over under another word, its hash forgotten",
          "[commit][take_over]") {
    StoreHome home;
    test::install_ab(home);
    const State old = home.load_state("t");
    const std::vector<dist::Component> components{component("a"), component("x")};
    const store::ListTexts texts = store::list_texts(components);
    platform::save_file(home.path("t", "lib/rustlib/components"), texts.components);
    platform::save_file(home.path("t", "lib/rustlib/multirust-config.toml"), texts.config);
    const State state =
        store::take_over(home.home, "t", home.current("t"), "adopting", home.lock_toolchain("t"));
    CHECK(state.word != old.word);
    CHECK(state.number > old.number);
    CHECK(state.serial > old.serial);
    CHECK(state.update_hash.empty());
    CHECK(home.standings("t") == "a=listed x=listed");
    CHECK(store::find_tag(home.home.toolchain("t"))->parent.empty());
    CHECK(home.read("t", "bin/b") == "b1");
}

TEST_CASE("what a killed addition brought is still known after hands were at the toolchain",
          "[commit][take_over]") {
    StoreHome home;
    test::install_ab(home);
    const store::TreeIndex index = home.publish("c", "c1", {{"bin/c", "c1"}});
    State state = home.load_state("t");
    state.components.push_back({component("c"), "c1", Standing::arriving});
    home.save_state("t", state);
    platform::rename_path(home.home.arrived("c1") + "/bin/c", home.path("t", "bin/c"));
    platform::remove_file(home.path("t", "lib/rustlib/.latchkey"));
    store::take_over(home.home, "t", home.current("t"), "adopting", home.lock_toolchain("t"));
    CHECK(home.standings("t") == "a=listed b=listed c=arriving");
    CHECK(home.take_out("t"));
    CHECK(home.read("t", "bin/c") == "(none)");
}

TEST_CASE("an addition to what rustup made is done in that very directory", "[commit]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}, {"lib/a/x", "ax1"}});
    const auto before = test::see(home, home.home.toolchain("t"));
    home.commit("t", {StoreHome::kept("a"), home.arrived("c", "c1", {{"bin/c", "c1"}})});
    test::check_untouched(before, test::see(home, home.home.toolchain("t")));
    CHECK(home.standings("t") == "a=listed c=listed");
    CHECK(home.read("t", "lib/rustlib/components") == "a\nc\n");
    home.commit("t", {StoreHome::kept("c")});
    CHECK(home.read("t", "bin/a") == "(none)");
    CHECK(home.read("t", "lib/a/x") == "(none)");
    CHECK(home.read("t", "bin/c") == "c1");
}

TEST_CASE("another release of what rustup made takes its place, and keeps the user's files",
          "[commit]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}, {"lib/a/x", "ax1"}});
    home.dir.write("toolchains/t/mine", "x");
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(home.read_home("t", "lib/a/x") == "(none)");
    CHECK(home.read_home("t", "mine") == "x");
    CHECK(home.current("t").place == Place{"t", 0});
}

TEST_CASE("what is not there cannot be uninstalled", "[commit][uninstall]") {
    StoreHome home;
    home.dir.write("toolchains/file", "x");
    store::Junk junk(home.home, "t");
    for (const char* name : {"gone", "file"}) {
        CHECK_FALSE(store::commit_uninstall(home.on, home.home, name, "test", junk,
                                            home.lock_toolchain(name)));
    }
    CHECK(platform::load_file(home.home.toolchain("file")) == "x");
}

TEST_CASE("an uninstall takes all at once where nobody runs from it", "[commit][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    home.uninstall("t");
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    CHECK_FALSE(platform::find_status(home.home.update_hash("t")));
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    CHECK(home.current("t").kind == store::Current::Kind::absent);
    CHECK(home.is_staging_empty());
}

TEST_CASE("an uninstall under a tool leaves it its directory", "[commit][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    const auto before = test::see(home, home.home.toolchain("t"));
    Child cargo = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    CHECK(home.current("t").kind == store::Current::Kind::absent);
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK_FALSE(platform::find_status(home.home.update_hash("t")));
    CHECK(store::load_history(home.home, "t").back().record.what == "uninstall");
    CHECK_FALSE(home.settle("t"));
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    CHECK(home.retire("t"));
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
}

TEST_CASE("an uninstall spares who works in the directory without a range", "[commit][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    Child shell = test::work_in(home.home.toolchain("t") + "/lib");
    home.uninstall("t");
    CHECK(home.read_home("t", "bin/a") == "a1");
    test::stop(shell);
    CHECK(home.settle("t"));
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
}

TEST_CASE("what rustup made is uninstalled, at once or later", "[commit][uninstall]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}});
    SECTION("at once") {
        home.uninstall("t");
        CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    }
    SECTION("later") {
        Child cargo = test::run_from(home, "home/t", {"*"});
        home.uninstall("t");
        CHECK(home.current("t").kind == store::Current::Kind::absent);
        CHECK(home.read_home("t", "bin/a") == "a1");
        test::stop(cargo);
        CHECK(home.settle("t"));
        CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    }
}

TEST_CASE("a lagging toolchain is uninstalled at home and away", "[commit][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    Child old_cargo = test::run_from(home, "home/t", {"a"});
    test::update_a(home);
    Child new_cargo = test::run_from(home, "away/2/t", {"a"});
    home.uninstall("t");
    CHECK(home.current("t").kind == store::Current::Kind::absent);
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(platform::load_file(home.home.directory({"t", 2}) + "/bin/a") == "a2");
    test::stop(old_cargo);
    CHECK(home.settle("t"));
    CHECK_FALSE(home.retire("t"));
    test::stop(new_cargo);
    CHECK(home.retire("t"));
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    CHECK(platform::find_entries(home.home.away()).empty());
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
}

TEST_CASE("a link to somewhere else is only unlinked", "[commit][uninstall]") {
    StoreHome home;
    home.dir.write("elsewhere/bin/rustc", "x");
    home.dir.make("toolchains");
    home.dir.write("update-hashes/mine", "x");
    platform::make_link(home.dir / "elsewhere", home.home.toolchain("mine"));
    platform::make_link("/gone", home.home.toolchain("dangling"));
    for (const char* name : {"mine", "dangling"}) {
        home.uninstall(name);
        CHECK(home.current(name).kind == store::Current::Kind::absent);
        CHECK_FALSE(platform::find_status(home.home.toolchain(name)));
    }
    CHECK(platform::load_file(home.dir / "elsewhere/bin/rustc") == "x");
    CHECK_FALSE(platform::find_status(home.home.update_hash("mine")));
}

TEST_CASE("a toolchain can be installed again while its old directory is in use",
          "[commit][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    CHECK(home.read("t", "bin/a") == "a2");
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK_FALSE(home.current("t").place.is_home());
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK_FALSE(platform::find_status(home.home.toolchain("t") + "/bin/b"));
}

TEST_CASE("a name that is free or a link becomes a link, and nothing else is kept of it",
          "[commit][link]") {
    StoreHome home;
    home.link("t", "/one");
    CHECK(platform::find_link(home.home.toolchain("t")) == "/one");
    home.link("t", "/two");
    CHECK(platform::find_link(home.home.toolchain("t")) == "/two");
    CHECK_FALSE(store::find_state(home.home, "t"));
    CHECK(home.is_staging_empty());
}

TEST_CASE("a toolchain that nobody runs from becomes a link at once", "[commit][link]") {
    StoreHome home;
    SECTION("of ours") {
        test::install_ab(home);
    }
    SECTION("of rustup's") {
        home.add_plain("t", "a", {{"bin/a", "a1"}});
    }
    home.link("t", "/elsewhere");
    CHECK(platform::find_link(home.home.toolchain("t")) == "/elsewhere");
    CHECK_FALSE(store::find_state(home.home, "t"));
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    CHECK_FALSE(platform::find_status(home.home.update_hash("t")));
    CHECK(home.is_staging_empty());
}

TEST_CASE("a directory that somebody runs from stays at home, and the name leads past it",
          "[commit][link]") {
    StoreHome home;
    test::install_ab(home);
    const auto before = test::see(home, home.home.toolchain("t"));
    Child cargo = test::run_from(home, "home/t", {"a"});
    home.link("t", "/elsewhere");
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(store::find_current(home.home, "t").kind == store::Current::Kind::linked);
    CHECK(store::find_current(home.home, "t").link == "/elsewhere");
    // And once more to elsewhere.
    home.link("t", "/other");
    CHECK(store::find_current(home.home, "t").link == "/other");
    CHECK_FALSE(home.settle("t"));
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK(platform::find_link(home.home.toolchain("t")) == "/other");
    CHECK_FALSE(store::find_state(home.home, "t"));
}

TEST_CASE("a link over a lagging home takes the generation away, too", "[commit][link]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a"});
    test::update_a(home);
    home.link("t", "/elsewhere");
    CHECK(platform::find_entries(home.home.away()).empty());
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK(platform::find_link(home.home.toolchain("t")) == "/elsewhere");
    home.uninstall("t");
    CHECK(home.current("t").kind == store::Current::Kind::absent);
}

TEST_CASE("a link over a busy home can be uninstalled, and the home goes later",
          "[commit][link][uninstall]") {
    StoreHome home;
    test::install_ab(home);
    Child cargo = test::run_from(home, "home/t", {"a"});
    home.link("t", "/elsewhere");
    home.uninstall("t");
    CHECK(home.current("t").kind == store::Current::Kind::absent);
    CHECK(home.read_home("t", "bin/a") == "a1");
    test::stop(cargo);
    CHECK(home.settle("t"));
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
}
