#include "staging.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "store_home.hpp"
#include "support/mount.hpp"

using namespace latchkey;
using test::StoreHome;

TEST_CASE("a folder in staging is deleted with everything in it", "[staging]") {
    StoreHome home;
    home.dir.write("latchkey/staging/one/tree/lib/x", "x");
    home.dir.write("latchkey/staging/two/x", "x");
    CHECK_FALSE(store::clear_staging(home.on, home.home, home.home.staging() + "/one"));
    CHECK_FALSE(platform::find_status(home.home.staging() + "/one"));
    CHECK(platform::find_status(home.home.staging() + "/two/x"));
}

TEST_CASE("a folder in staging that is not there needs no deleting", "[staging]") {
    StoreHome home;
    home.dir.make("latchkey/staging");
    CHECK_FALSE(store::clear_staging(home.on, home.home, home.home.staging() + "/one"));
    CHECK(home.is_staging_empty());
}

TEST_CASE("a folder in staging that cannot be deleted is renamed, and its name is free",
          "[staging][mount]") {
    StoreHome home;
    const std::string folder = home.dir.make("latchkey/staging/one");
    const test::Mount mount("tmpfs", home.dir.make("latchkey/staging/one/busy"), "size=1m");
    if (!mount.is_there()) return;
    const auto failure = store::clear_staging(home.on, home.home, folder);
    REQUIRE(failure);
    CHECK(std::string(failure->what()).find(folder + "/busy") != std::string::npos);
    CHECK_FALSE(platform::find_status(folder));
    const auto left = platform::find_entries(home.home.staging());
    REQUIRE(left.size() == 1);
    CHECK(left.front().name.starts_with(store::kLeftPrefix));
}
