#include "latchkey/store/hand_back.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"
#include "seen.hpp"

using namespace latchkey;
using test::Child;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

void install_settled(StoreHome& home, const std::string& toolchain) {
    home.manifest = "release 1";
    home.commit(toolchain, {home.arrived("a", "a1", {{"bin/a", "a1"}}),
                            home.arrived("b", "b1", {{"bin/b", "b1"}})});
}

}  // namespace

TEST_CASE("a toolchain is unsettled while home is not all of it, and nothing more", "[hand_back]") {
    StoreHome home;
    CHECK(store::find_unsettled(home.home).empty());
    for (const char* name : {"away", "leaving", "linked", "removed", "settled"}) {
        install_settled(home, name);
    }
    home.add_plain("plain", "a", {{"bin/a", "a"}});
    CHECK(store::find_unsettled(home.home).empty());
    std::vector<Child> readers;
    for (const char* name : {"away", "leaving", "linked", "removed"}) {
        readers.push_back(test::run_from(home, "home/" + std::string(name), {"a", "b"}));
    }
    home.commit("leaving", {StoreHome::kept("a")});
    home.link("linked", "/elsewhere");
    home.uninstall("removed");
    home.manifest = "release 2";
    home.commit("away", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    CHECK(store::find_unsettled(home.home) == Strings{"away", "leaving", "linked", "removed"});
    home.dir.make("latchkey/away/7/settled");
    CHECK(store::find_unsettled(home.home) ==
          Strings{"away", "leaving", "linked", "removed", "settled"});
}

TEST_CASE("a settled home is rustup's when all of ours is deleted", "[hand_back]") {
    StoreHome home;
    install_settled(home, "t");
    platform::make_link("/elsewhere", home.home.toolchain("linked"));
    test::Seen before = test::see(home, home.home.toolchain("t"));
    CHECK(store::remove_latchkey(home.on, home.home));
    CHECK_FALSE(platform::find_status(home.home.latchkey()));
    CHECK(before.erase("lib/rustlib/.latchkey") == 1);
    CHECK(test::see(home, home.home.toolchain("t")) == before);
    CHECK(platform::find_link(home.home.toolchain("linked")) == "/elsewhere");
    CHECK(platform::find_entries(home.home.temporary()).empty());
    CHECK(home.current("t").kind == store::Current::Kind::plain);
    // And can be ours again.
    home.commit("t", {StoreHome::kept("a")});
    CHECK(home.standings("t") == "a=listed");
}

TEST_CASE("the user's configuration stays when all of ours is deleted", "[hand_back]") {
    StoreHome home;
    install_settled(home, "t");
    const std::string path = home.home.layout().configuration();
    platform::save_file(path, "# mine\n");
    for (int i = 0; i < 2; ++i) {
        CHECK(store::remove_latchkey(home.on, home.home));
        CHECK(platform::load_file(path) == "# mine\n");
        CHECK(platform::list_directory(home.home.latchkey()).size() == 1);
    }
    CHECK_FALSE(platform::find_status(home.home.latchkey() + ".kept"));
    // Killed before it was brought back.
    platform::rename_path(home.home.latchkey(), home.home.latchkey() + ".kept");
    CHECK(store::remove_latchkey(home.on, home.home));
    CHECK(platform::load_file(path) == "# mine\n");
    // And the home can be ours again.
    home.commit("t", {StoreHome::kept("a")});
    CHECK(platform::load_file(path) == "# mine\n");
}

TEST_CASE("while somebody works with a home nothing of it is deleted", "[hand_back]") {
    StoreHome home;
    install_settled(home, "t");
    const test::Seen before = test::see(home, home.home.toolchain("t"));
    for (const auto& [mode, key] :
         {std::pair("shared", "use:home/t/a"), std::pair("exclusive", "unpack:x"),
          std::pair("shared", "pin:x")}) {
        Child other = test::hold(home, mode, {key});
        CHECK_FALSE(store::remove_latchkey(home.on, home.home));
        CHECK(test::see(home, home.home.toolchain("t")) == before);
        CHECK(home.standings("t") == "a=listed b=listed");
        test::stop(other);
    }
    CHECK(store::remove_latchkey(home.on, home.home));
}

TEST_CASE("while a toolchain is not settled nothing is deleted", "[hand_back]") {
    StoreHome home;
    install_settled(home, "t");
    Child reader = test::run_from(home, "home/t", {"a"});
    home.manifest = "release 2";
    home.commit("t", {home.arrived("a", "a2", {{"bin/a", "a2"}})});
    test::stop(reader);
    CHECK_FALSE(store::remove_latchkey(home.on, home.home));
    CHECK(home.read("t", "bin/a") == "a2");
    CHECK(platform::find_status(home.home.toolchain("t") + "/lib/rustlib/.latchkey"));
    home.settle("t");
    home.retire("t");
    CHECK(store::remove_latchkey(home.on, home.home));
    CHECK(home.read_home("t", "bin/a") == "a2");
}
