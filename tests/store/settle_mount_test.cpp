#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/settle.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "settled.hpp"
#include "support/emulated.hpp"
#include "support/mount.hpp"

using namespace latchkey;
using store::Place;
using test::check_settled;
using test::Child;
using test::Mount;
using test::StoreHome;

TEST_CASE("on another device home becomes a link to the generation away", "[settle][mount]") {
    StoreHome home;
    home.dir.make("toolchains");
    const Mount mount("tmpfs", home.home.toolchains(), "size=10m");
    if (!mount.is_there()) return;
    test::install_release_1(home);
    CHECK(home.current("t").place == Place{"t", 1});
    CHECK(platform::find_link(home.home.toolchain("t")) == home.home.directory({"t", 1}));
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(home.settle("t"));
    // An addition goes on there.
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}})});
    CHECK(home.read_home("t", "bin/c") == "c1");
    CHECK(home.load_state("t").number == 1);
    home.uninstall("t");
    CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
    CHECK(platform::find_entries(home.home.away()).empty());
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
}

TEST_CASE("on another device the link leads to the newest generation", "[settle][mount]") {
    StoreHome home;
    home.dir.make("toolchains");
    const Mount mount("tmpfs", home.home.toolchains(), "size=10m");
    if (!mount.is_there()) return;
    test::install_release_1(home);
    Child reader = test::run_from(home, "away/1/t", {"a"});
    test::update_to(home, "2");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(home.current("t").place == Place{"t", 2});
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(platform::find_link(home.home.toolchain("t")) == home.home.directory({"t", 2}));
    CHECK_FALSE(home.retire("t"));
    test::stop(reader);
    CHECK(home.retire("t"));
    CHECK(home.read_home("t", "bin/a") == "a2");
    test::update_to(home, "3");
    CHECK(home.read_home("t", "bin/a") == "a3");
}

TEST_CASE("on another device home is a copy where copies are permitted", "[settle][mount]") {
    StoreHome home;
    home.dir.make("toolchains");
    const Mount mount("tmpfs", home.home.toolchains(), "size=10m");
    if (!mount.is_there()) return;
    test::install_release_1(home);
    CHECK(home.settle("t", true));
    CHECK(platform::find_status(home.home.toolchain("t"))->kind == platform::FileKind::directory);
    CHECK(home.read_home("t", "bin/a") == "a1");
    CHECK(home.current("t").place == Place{"t", 0});
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    // What is added there is copied.
    home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                      home.arrived("c", "c1", {{"bin/c", "c1"}, {"lib/c/x", "cx"}})});
    CHECK(home.read_home("t", "bin/c") == "c1");
    CHECK(home.read_home("t", "lib/c/x") == "cx");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    for (const auto& entry : platform::find_entries(home.home.toolchain("t") + "/lib/rustlib")) {
        CHECK((entry.name == ".latchkey" || !entry.name.starts_with(".latchkey")));
    }
    CHECK(home.retire("t"));
}

TEST_CASE("a toolchain on another device is updated by a link over it", "[settle][mount]") {
    StoreHome home;
    home.dir.make("toolchains");
    const Mount mount("tmpfs", home.home.toolchains(), "size=10m");
    if (!mount.is_there()) return;
    home.add_plain("t", "a", {{"bin/a", "a1"}});
    home.dir.write("toolchains/t/mine", "x");
    Child reader = test::run_from(home, "home/t", {"*"});
    home.manifest = "release 2";
    home.commit("t", {test::release_of_a(home, "2")});
    CHECK(home.read("t", "bin/a") == "a2");
    CHECK(home.read_home("t", "bin/a") == "a1");
    test::stop(reader);
    CHECK(home.settle("t"));
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(home.read_home("t", "mine") == "x");
    CHECK(home.current("t").kind == store::Current::Kind::ours);
}

TEST_CASE("a home that is a mount point is filled where it is", "[settle][mount]") {
    StoreHome home;
    home.dir.make("toolchains/t");
    const Mount mount("tmpfs", home.home.toolchain("t"), "size=10m");
    if (!mount.is_there()) return;
    home.add_plain("t", "a", {{"bin/a", "a1"}, {"lib/a/1", "x1"}});
    home.manifest = "release 2";
    home.commit("t", {test::release_of_a(home, "2"), home.arrived("b", "b1", {{"bin/b", "b1"}})});
    CHECK(home.read("t", "bin/a") == "a2");
    check_settled(home);
}

TEST_CASE("a toolchain in the lower layer of an overlay is changed without a rename",
          "[settle][mount]") {
    test::TempDir layers;
    const Mount memory("tmpfs", layers.make("memory"), "size=20m");
    if (!memory.is_there() || test::kEmulated) return;
    {
        // What an image has.
        StoreHome image;
        image.manifest = "release 1";
        image.commit("t",
                     {test::release_of_a(image, "1"), image.arrived("b", "b1", {{"bin/b", "b1"}})});
        test::copy_folder(image.dir.path(), layers / "memory/lower");
    }
    StoreHome home;
    layers.make("memory/upper");
    layers.make("memory/work");
    const Mount overlay("overlay", home.dir.path(),
                        "lowerdir=" + layers / "memory/lower" + ",upperdir=" +
                            layers / "memory/upper" + ",workdir=" + layers / "memory/work");
    if (!overlay.is_there()) return;
    CHECK(home.read_home("t", "bin/a") == "a1");
    SECTION("an addition") {
        home.commit("t", {StoreHome::kept("a"), StoreHome::kept("b"),
                          home.arrived("c", "c1", {{"bin/c", "c1"}, {"lib/c/x", "cx"}})});
        CHECK(home.read_home("t", "bin/c") == "c1");
        CHECK(home.standings("t") == "a=listed b=listed c=listed");
    }
    SECTION("a removal") {
        home.commit("t", {StoreHome::kept("a")});
        CHECK(home.read_home("t", "bin/b") == "(none)");
        CHECK(home.standings("t") == "a=listed");
    }
    SECTION("another release") {
        test::update_to(home, "2");
        CHECK(home.read("t", "bin/a") == "a2");
        check_settled(home);
    }
    SECTION("another release under a tool") {
        Child reader = test::run_from(home, "home/t", {"a"});
        test::update_to(home, "2");
        CHECK(home.read_home("t", "bin/a") == "a1");
        CHECK(home.read("t", "bin/a") == "a2");
        test::stop(reader);
        CHECK(home.settle("t"));
        check_settled(home);
    }
    SECTION("an uninstall") {
        home.uninstall("t");
        CHECK_FALSE(platform::find_status(home.home.toolchain("t")));
        CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    }
}
