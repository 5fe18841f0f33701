#include "latchkey/store/settle.hpp"

#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "placing.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"
#include "support/emulated.hpp"

using namespace latchkey;
using store::Place;
using store::State;
using test::Child;
using test::inode_of;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

/// Something mounted for one test. Not there where this user may not mount.
class Mount {
public:
    Mount(const char* type, std::string place, const std::string& options)
        : place_(std::move(place)),
          mounted_(::mount(type, place_.c_str(), type, 0, options.c_str()) == 0) {}
    ~Mount() {
        if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
    }
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

    [[nodiscard]] bool is_there() const {
        if (!mounted_) WARN("skipped: nothing can be mounted here");
        return mounted_;
    }

private:
    std::string place_;
    bool mounted_;
};

const Strings kFilesOfRelease2{"bin/a",
                               "bin/b",
                               "lib/a/2",
                               "lib/rustlib/.latchkey",
                               "lib/rustlib/components",
                               "lib/rustlib/manifest-a",
                               "lib/rustlib/manifest-b",
                               "lib/rustlib/multirust-channel-manifest.toml",
                               "lib/rustlib/multirust-config.toml",
                               "lib/rustlib/rust-installer-version"};

/// Home is release 2, and what is current.
void check_settled(const StoreHome& home) {
    CHECK(home.list(home.home.toolchain("t")) == kFilesOfRelease2);
    CHECK(home.read_home("t", "bin/a") == "a2");
    CHECK(home.load_state("t").where == State::Where::home);
    CHECK_FALSE(home.load_state("t").behind);
    CHECK(home.current("t").kind == store::Current::Kind::ours);
    CHECK(platform::load_file(home.home.update_hash("t")) == "update hash of release 2");
}

}  // namespace

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
