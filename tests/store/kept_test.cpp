#include "latchkey/store/kept.hpp"

#include <catch2/catch.hpp>

#include "readers.hpp"
#include "releases.hpp"

using namespace latchkey;
using lock::Key;
using store::Kept;
using test::Child;
using test::StoreHome;

namespace {

const std::string kLarge(1'000'000, 'x');

/// Release `number` of toolchain `t`, whose large component is the same in each.
void commit_release(StoreHome& home, const std::string& number, store::WantedComponent large) {
    home.manifest = "release " + number;
    home.commit("t",
                {home.arrived("a", "a" + number, {{"bin/a", "a" + number}}), std::move(large)});
}

}  // namespace

TEST_CASE("of what is current and whole nothing is kept", "[kept]") {
    StoreHome home;
    CHECK(store::find_kept(home.on, home.home).empty());
    test::install_ab(home);
    CHECK(store::find_kept(home.on, home.home).empty());
    test::update_a(home);
    CHECK(store::find_kept(home.on, home.home).empty());
}

TEST_CASE("a home that lags is kept, and takes what the new release does not share", "[kept]") {
    StoreHome home;
    commit_release(home, "1", home.arrived("b", "b1", {{"lib/b", kLarge}}));
    Child reader = test::run_from(home, "home/t", {"a"});
    commit_release(home, "2", StoreHome::kept("b"));
    const std::vector<Kept> kept = store::find_kept(home.on, home.home);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].toolchain == "t");
    CHECK(kept[0].what == "the directory in toolchains/");
    CHECK(kept[0].keys == std::vector{Key::directory("home/t")});
    CHECK(kept[0].bytes > 0);
    CHECK(kept[0].bytes < kLarge.size());
    test::stop(reader);
    CHECK(home.settle("t"));
    CHECK(home.retire("t"));
    CHECK(store::find_kept(home.on, home.home).empty());
}

TEST_CASE("a generation away from which somebody runs is kept", "[kept]") {
    StoreHome home;
    test::make_lag(home);
    Child reader = test::run_from(home, "away/2/t", {"a"});
    CHECK(home.settle("t"));
    CHECK_FALSE(home.retire("t"));
    const std::vector<Kept> kept = store::find_kept(home.on, home.home);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].what == "generation 2");
    CHECK(kept[0].keys == std::vector{Key::directory("away/2/t")});
    test::stop(reader);
}

TEST_CASE("a removed component that somebody loads is kept, with its files", "[kept]") {
    StoreHome home;
    test::install_ab(home);
    Child reader = test::run_from(home, "home/t", {"b"});
    home.commit("t", {StoreHome::kept("a")});
    const std::vector<Kept> kept = store::find_kept(home.on, home.home);
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].what == "component b");
    const auto on_disk = [&home](const std::string& path) {
        return platform::find_status(home.home.toolchain("t") + path)->disk_bytes;
    };
    CHECK(kept[0].bytes == on_disk("/bin/b") + on_disk("/lib/b/x"));
    CHECK(kept[0].keys == std::vector{Key::use("home/t", "b"), Key::use_all("home/t")});
    test::stop(reader);
}
