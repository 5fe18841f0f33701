#include "latchkey/store/pending.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::Standing;
using store::State;
using test::Child;
using test::component;
using test::StoreHome;

TEST_CASE("documentation is in place when an install is done", "[pending]") {
    StoreHome home;
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                      home.arrived("rust-docs", "d1", {{"share/doc/rust/html/x", "x1"}})});
    CHECK(home.standings("t") == "a=listed rust-docs=listed");
    CHECK(home.read("t", "share/doc/rust/html/x") == "x1");
}

TEST_CASE("documentation of another release comes into whichever place is current, as one folder",
          "[pending]") {
    StoreHome home;
    test::install_ab(home);
    std::optional<Child> cargo;
    bool away = false;
    SECTION("at home") {}
    SECTION("away") {
        cargo.emplace(test::run_from(home, "home/t", {"a", "b"}));
        away = true;
    }
    home.manifest = "release 2";
    const auto docs = home.arrived("rust-docs", "d1", {{"share/doc/rust/html/x", "x1"}});
    const std::uint64_t folder = test::inode_of(home.home.arrived("d1") + "/share");
    home.commit("t", {StoreHome::kept("a"), docs});
    CHECK(home.current("t").place.is_home() == !away);
    CHECK(home.standings("t") == "a=listed rust-docs=listed");
    CHECK(home.read("t", "share/doc/rust/html/x") == "x1");
    CHECK(test::inode_of(home.path("t", "share")) == folder);
    CHECK(platform::find_status(home.path("t", "share/doc/rust/html/x"))->links == 1);
    CHECK_FALSE(platform::find_status(home.home.state_folder("t") + "/pending"));
}

TEST_CASE("what waits beside a state is brought in by the next command", "[pending][pending]") {
    StoreHome home;
    test::install_ab(home);
    // Killed behind its commit.
    home.publish("rust-docs", "d1", {{"share/doc/x", "x1"}});
    State state = home.load_state("t");
    state.components.push_back({component("rust-docs"), "d1", Standing::pending});
    home.save_state("t", state);
    const std::string pending = home.home.state_folder("t") + "/pending";
    platform::make_directories(pending);
    const auto bring = [&home] {
        State now = home.load_state("t");
        store::bring_pending(home.on, home.home, "t", now, home.lock_toolchain("t"));
        CHECK(store::serialise(home.load_state("t")) == store::serialise(now));
    };
    SECTION("it is there") {
        platform::rename_path(home.home.arrived("d1"), pending + "/d1");
        bring();
        CHECK(home.standings("t") == "a=listed b=listed rust-docs=listed");
        CHECK(home.read("t", "share/doc/x") == "x1");
    }
    SECTION("half of it was brought before the kill") {
        platform::rename_path(home.home.arrived("d1"), pending + "/d1");
        home.dir.write("latchkey/toolchains/t/pending/d1/share/doc/y", "y1");
        home.dir.make("toolchains/t/share/doc");
        platform::rename_path(pending + "/d1/share/doc/x", home.path("t", "share/doc/x"));
        bring();
        CHECK(home.standings("t") == "a=listed b=listed rust-docs=listed");
        CHECK(home.read("t", "share/doc/x") == "x1");
        CHECK(home.read("t", "share/doc/y") == "y1");
    }
    SECTION("somebody has emptied the folder") {
        bring();
        CHECK(home.standings("t") == "a=listed b=listed");
        CHECK(home.read("t", "lib/rustlib/components") == "a\nb\n");
    }
    CHECK_FALSE(platform::find_status(pending));
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("a folder of what waits for nobody is deleted", "[pending][pending]") {
    StoreHome home;
    test::install_ab(home);
    home.dir.write("latchkey/toolchains/t/pending/d1/share/x", "x");
    State state = home.load_state("t");
    store::bring_pending(home.on, home.home, "t", state, home.lock_toolchain("t"));
    CHECK_FALSE(platform::find_status(home.home.state_folder("t") + "/pending"));
    CHECK(home.load_state("t").serial == 1);
}

TEST_CASE("a user's file where waiting documentation belongs stays as it is",
          "[pending][pending]") {
    StoreHome home;
    test::install_ab(home);
    home.dir.write("toolchains/t/share/doc/x", "mine");
    home.manifest = "release 2";
    const std::string error = test::commit_error(
        home, {StoreHome::kept("a"), home.arrived("rust-docs", "d1", {{"share/doc/x", "theirs"}})});
    CHECK(error == "failed to install component: 'rust-docs', detected conflict: 'share/doc/x'");
    CHECK(home.read("t", "share/doc/x") == "mine");
}
