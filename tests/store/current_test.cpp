#include "latchkey/store/current.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Current;
using store::Place;
using store::State;
using test::component;
using test::StoreHome;
using Kind = store::Current::Kind;

namespace {

/// Both looks say this.
void check_both(const StoreHome& home, const std::string& toolchain, Kind kind) {
    CHECK(store::find_current(home.home, toolchain).kind == kind);
    CHECK(store::examine_current(home.home, toolchain).kind == kind);
}

std::string note(const StoreHome& home, const std::string& name) {
    return home.home.toolchain("t") + "/lib/rustlib/" + name;
}

/// Toolchain `t` with component `a`.
void install_a(StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}})});
}

/// The same, updated while somebody runs from home: home lags.
void update_behind_a_reader(StoreHome& home) {
    test::Child reader = test::run_from(home, "home/t", {"a"});
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    test::stop(reader);
}

}  // namespace

TEST_CASE("a name of which nothing is there is absent", "[current]") {
    StoreHome home;
    check_both(home, "t", Kind::absent);
    CHECK_FALSE(home.current("t").installed());
    CHECK(home.current("t").version.empty());
}

TEST_CASE("a generation that the state describes is ours, at home", "[current]") {
    StoreHome home;
    install_a(home);
    check_both(home, "t", Kind::ours);
    const Current current = home.current("t");
    CHECK(current.installed());
    CHECK(current.place == Place{"t", 0});
    REQUIRE(current.state);
    CHECK(current.state->number == 1);
}

TEST_CASE("a generation away is ours while home lags", "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    check_both(home, "t", Kind::ours);
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(home.read("t", "bin/a") == "a2");
}

TEST_CASE("a directory that no state describes is plain", "[current]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "a1"}});
    check_both(home, "t", Kind::plain);
    CHECK(home.current("t").installed());
    CHECK(home.current("t").place == Place{"t", 0});
    CHECK_FALSE(home.current("t").state);
    // As with rustup, a directory is enough.
    home.dir.make("toolchains/u");
    check_both(home, "u", Kind::plain);
}

TEST_CASE("a damaged state is none: the directory at home is plain", "[current]") {
    StoreHome home;
    install_a(home);
    platform::save_file(home.home.state("t"), "latchkey-state 2\ngener");
    check_both(home, "t", Kind::plain);
    CHECK(home.read("t", "bin/a") == "a1");
}

TEST_CASE("a link to somewhere else is linked, dangling or not", "[current]") {
    StoreHome home;
    home.dir.make("toolchains");
    home.dir.make("elsewhere/bin");
    platform::make_link(home.dir / "elsewhere", home.home.toolchain("mine"));
    platform::make_link("/gone", home.home.toolchain("dangling"));
    check_both(home, "mine", Kind::linked);
    check_both(home, "dangling", Kind::linked);
    CHECK(home.current("mine").link == home.dir / "elsewhere");
    CHECK(home.current("dangling").link == "/gone");
    CHECK_FALSE(home.current("mine").installed());
}

TEST_CASE("a link over a busy home is linked by its state", "[current]") {
    StoreHome home;
    install_a(home);
    home.dir.make("elsewhere/bin");
    test::Child reader = test::run_from(home, "home/t", {"a"});
    home.link("t", home.dir / "elsewhere");
    CHECK(home.read_home("t", "bin/a") == "a1");
    check_both(home, "t", Kind::linked);
    CHECK(home.current("t").link == home.dir / "elsewhere");
    CHECK(store::current_directory(home.home, "t") == home.dir / "elsewhere");
}

TEST_CASE("a file in the toolchain's place is foreign", "[current]") {
    StoreHome home;
    home.dir.write("toolchains/t", "a file");
    check_both(home, "t", Kind::foreign);
    CHECK_FALSE(home.current("t").installed());
}

TEST_CASE("a removed toolchain is absent, though its directory is still in use", "[current]") {
    StoreHome home;
    install_a(home);
    test::Child reader = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    CHECK(platform::is_directory(home.home.toolchain("t")));
    check_both(home, "t", Kind::absent);
    CHECK(home.current("t").state);
}

TEST_CASE("who changes a toolchain sees that hands have changed it, who reads it need not",
          "[current]") {
    StoreHome home;
    install_a(home);
    const auto expect_plain = [&home] {
        CHECK(store::find_current(home.home, "t").kind == Kind::ours);
        CHECK(store::examine_current(home.home, "t").kind == Kind::plain);
        CHECK(store::examine_current(home.home, "t").state);
    };
    SECTION("by rustup, which lists another component") {
        platform::save_file(note(home, "components"), "a\nb\n");
        expect_plain();
    }
    SECTION("by rustup, which updates: another manifest") {
        platform::save_file(note(home, "multirust-channel-manifest.toml"), "another");
        expect_plain();
    }
    SECTION("by a copy in its place, with new times") {
        platform::set_modification_time(note(home, "multirust-channel-manifest.toml"), 5, 0);
        expect_plain();
    }
    SECTION("by an older copy of ours, with another word") {
        platform::save_file(note(home, ".latchkey"),
                            store::serialise(store::Tag{"t", 1, "another", ""}));
        expect_plain();
    }
    SECTION("by a directory without a tag") {
        platform::remove_file(note(home, ".latchkey"));
        expect_plain();
    }
    SECTION("not by files of the user's, nor by what was deleted of components") {
        home.dir.write("toolchains/t/bin/mine", "x");
        platform::remove_file(home.home.toolchain("t") + "/bin/a");
        check_both(home, "t", Kind::ours);
    }
}

TEST_CASE("a copy with whole seconds is still ours", "[current]") {
    StoreHome home;
    install_a(home);
    const auto status = platform::find_status(note(home, "multirust-channel-manifest.toml"));
    platform::set_modification_time(note(home, "multirust-channel-manifest.toml"),
                                    status->mtime_seconds, 0);
    check_both(home, "t", Kind::ours);
}

TEST_CASE("a directory that a hand put to where home lags is plain", "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    home.add_plain("t", "a", {{"bin/a", "restored"}});
    CHECK(store::find_current(home.home, "t").place == Place{"t", 2});
    const Current examined = home.current("t");
    CHECK(examined.kind == Kind::plain);
    CHECK(examined.place == Place{"t", 0});
}

TEST_CASE("a directory without a list of components is no toolchain that a hand put there",
          "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    home.dir.make("toolchains/t");
    check_both(home, "t", Kind::ours);
}

TEST_CASE("without a home the generation away is installed, without both nothing is", "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    check_both(home, "t", Kind::ours);
    CHECK(home.read("t", "bin/a") == "a2");
    platform::remove_tree(home.on, home.home.away());
    check_both(home, "t", Kind::absent);
}

TEST_CASE("where the generation away is gone, home is what is left", "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    platform::remove_tree(home.on, home.home.away());
    check_both(home, "t", Kind::plain);
    CHECK(home.current("t").place == Place{"t", 0});
}

TEST_CASE("a home that was deleted by hand is not installed", "[current]") {
    StoreHome home;
    install_a(home);
    platform::remove_tree(home.on, home.home.toolchain("t"));
    check_both(home, "t", Kind::absent);
}

TEST_CASE("a toolchain that a hand put where one was removed counts for who changes it",
          "[current]") {
    StoreHome home;
    install_a(home);
    test::Child reader = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    platform::remove_tree(home.on, home.home.toolchain("t"));
    home.add_plain("t", "a", {{"bin/a", "restored"}});
    CHECK(home.current("t").kind == Kind::plain);
}

TEST_CASE("a state has another version before its directory is there than behind it", "[current]") {
    StoreHome home;
    install_a(home);
    const std::string installed = home.current("t").version;
    platform::rename_path(home.home.toolchain("t"), home.dir.path() + "/aside");
    CHECK_FALSE(home.current("t").installed());
    CHECK(home.current("t").version != installed);
    platform::rename_path(home.dir.path() + "/aside", home.home.toolchain("t"));
    CHECK(home.current("t").version == installed);
}

TEST_CASE("a version changes with each commit, and with each change by others", "[current]") {
    StoreHome home;
    std::vector<std::string> versions{home.current("t").version};
    const auto expect_another = [&] {
        const std::string version = home.current("t").version;
        CAPTURE(version);
        CHECK(std::ranges::find(versions, version) == versions.end());
        CHECK(home.current("t").version == version);
        versions.push_back(version);
    };
    install_a(home);
    expect_another();
    home.commit("t", {StoreHome::kept("a"), home.arrived("b", "b1", {{"bin/b", "b"}})});
    expect_another();
    home.commit("t", {StoreHome::kept("a")});
    expect_another();
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    expect_another();
    platform::save_file(note(home, "components"), "a\nb\n");  // rustup adds.
    expect_another();
    platform::save_file(note(home, "components"), "a\nc\n");
    expect_another();
    home.uninstall("t");
    home.add_plain("t", "a", {{"bin/a", "a1"}});
    expect_another();
    platform::remove_tree(home.on, home.home.toolchain("t"));
    platform::make_link("/one", home.home.toolchain("t"));
    expect_another();
    platform::remove_file(home.home.toolchain("t"));
    platform::make_link("/two", home.home.toolchain("t"));
    expect_another();
}

TEST_CASE("settling may replace what the state knows to be behind", "[current]") {
    StoreHome home;
    install_a(home);
    CHECK_FALSE(store::may_replace_home(home.home, "t", home.load_state("t")));  // It is current.
    update_behind_a_reader(home);
    const State state = home.load_state("t");
    CHECK(store::may_replace_home(home.home, "t", state));
    platform::save_file(note(home, "components"), "a\nb\n");
    CHECK_FALSE(store::may_replace_home(home.home, "t", state));
    // The clone that a killed command put there, unless somebody has changed it since.
    const auto put_tag = [&](const std::string& parent) {
        const auto now = store::load_fingerprint(home.home.toolchain("t"));
        platform::save_file(note(home, ".latchkey"),
                            store::serialise(store::Tag{"t", 3, "new", parent, now}));
    };
    put_tag(state.word);
    State unknown = state;
    unknown.behind.reset();
    CHECK(store::may_replace_home(home.home, "t", state));
    CHECK(store::may_replace_home(home.home, "t", unknown));
    platform::save_file(note(home, "components"), "a\nb\nc\n");
    CHECK_FALSE(store::may_replace_home(home.home, "t", unknown));
    put_tag("another");
    CHECK_FALSE(store::may_replace_home(home.home, "t", unknown));
}

TEST_CASE("of a doomed directory settling replaces what nobody has changed since, or half of it",
          "[current]") {
    StoreHome home;
    install_a(home);
    update_behind_a_reader(home);
    State doomed = home.load_state("t");
    doomed.behind->doomed = true;
    platform::remove_file(note(home, ".latchkey"));
    CHECK(store::may_replace_home(home.home, "t", doomed));
    platform::save_file(note(home, "components"), "a\nb\n");
    CHECK_FALSE(store::may_replace_home(home.home, "t", doomed));
    platform::remove_file(note(home, "components"));
    CHECK(store::may_replace_home(home.home, "t", doomed));
    // A clone that was being put there, however far it came.
    platform::save_file(note(home, "components"), "a\n");
    platform::save_file(note(home, ".latchkey"),
                        store::serialise(store::Tag{"t", 3, "new", doomed.word}));
    CHECK(store::may_replace_home(home.home, "t", doomed));
}

TEST_CASE("tools are run from the current place, from a link's path, else from home", "[current]") {
    StoreHome home;
    CHECK(store::current_directory(home.home, "t") == home.home.toolchain("t"));
    install_a(home);
    CHECK(store::current_directory(home.home, "t") == home.home.toolchain("t"));
    update_behind_a_reader(home);
    CHECK(store::current_directory(home.home, "t") == home.home.directory({"t", 2}));
    platform::make_link("/elsewhere", home.home.toolchain("mine"));
    CHECK(store::current_directory(home.home, "mine") == home.home.toolchain("mine"));
}
