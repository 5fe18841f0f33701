#include "latchkey/store/retire.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "readers.hpp"
#include "releases.hpp"
#include "seen.hpp"

using namespace latchkey;
using test::Child;
using test::inode_of;
using test::StoreHome;

TEST_CASE("a generation away that nobody uses becomes a link to home", "[retire]") {
    StoreHome home;
    test::make_lag(home);
    CHECK(home.settle("t"));
    Child reader = test::run_from(home, "away/2/t", {"a"});
    CHECK_FALSE(home.retire("t"));
    CHECK(platform::is_file(home.home.directory({"t", 2}) + "/bin/a"));
    test::stop(reader);
    CHECK(home.retire("t"));
    CHECK(platform::find_status(home.home.directory({"t", 2}))->kind ==
          platform::FileKind::symlink);
    // For paths that somebody remembers.
    CHECK(platform::load_file(home.home.directory({"t", 2}) + "/bin/a") == "a2");
    CHECK(inode_of(home.home.directory({"t", 2}) + "/bin/a") ==
          inode_of(home.home.toolchain("t") + "/bin/a"));
}

TEST_CASE("a current generation away is not retired", "[retire]") {
    StoreHome home;
    test::make_lag(home);
    CHECK(home.retire("t"));
    CHECK(home.read("t", "bin/a") == "a2");
}

TEST_CASE("of lagging generations only the current one stays", "[retire]") {
    StoreHome home;
    test::install_release_1(home);
    Child at_home = test::run_from(home, "home/t", {"a"});
    test::update_to(home, "2");
    Child on_2 = test::run_from(home, "away/2/t", {"a"});
    test::update_to(home, "3");
    CHECK_FALSE(home.retire("t"));
    CHECK(store::list_away(home.home, "t").directories == std::vector<std::uint64_t>{2, 3});
    test::stop(on_2);
    CHECK(home.retire("t"));
    CHECK(store::list_away(home.home, "t").directories == std::vector<std::uint64_t>{3});
}

TEST_CASE("who works in a generation away without a range is spared", "[retire]") {
    StoreHome home;
    test::make_lag(home);
    CHECK(home.settle("t"));
    Child shell = test::work_in(home.home.directory({"t", 2}));
    CHECK_FALSE(home.retire("t"));
    test::stop(shell);
    CHECK(home.retire("t"));
}

TEST_CASE("the newest four links stay, and none of a toolchain that is gone", "[retire]") {
    StoreHome home;
    test::install_release_1(home);
    for (int release = 2; release < 9; ++release) {
        Child reader = test::run_from(home, "home/t", {"a"});
        test::update_to(home, std::to_string(release));
        test::stop(reader);
        CHECK(home.settle("t"));
        CHECK(home.retire("t"));
    }
    const store::AwayNumbers away = store::list_away(home.home, "t");
    CHECK(away.directories.empty());
    CHECK(away.links == std::vector<std::uint64_t>{8, 10, 12, 14});
    CHECK(platform::find_entries(home.home.away()).size() == store::kMaxLinks);
    home.uninstall("t");
    CHECK(store::list_away(home.home, "t").links.empty());
    CHECK(platform::find_entries(home.home.away()).empty());
}

TEST_CASE("a name of which nothing is left is forgotten", "[retire]") {
    StoreHome home;
    test::install_release_1(home);
    Child reader = test::run_from(home, "home/t", {"a"});
    home.uninstall("t");
    CHECK_FALSE(home.retire("t"));  // Its directory is still there.
    CHECK(platform::is_directory(home.home.state_folder("t")));
    test::stop(reader);
    CHECK(home.settle("t"));
    CHECK(home.retire("t"));
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
}

TEST_CASE("what only a damaged state knew goes with it", "[retire]") {
    StoreHome home;
    test::make_lag(home);
    platform::save_file(home.home.state("t"), "damaged");
    CHECK(home.retire("t"));
    CHECK(platform::find_entries(home.home.away()).empty());
    CHECK_FALSE(platform::find_status(home.home.state_folder("t")));
    CHECK(home.read_home("t", "bin/a") == "a1");
}
