#include "latchkey/store/home_removal.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using test::TempDir;

namespace {

const OnWorker kWorker = PermitMint::worker();

/// A home with something of everything that rustup and Latchkey put there.
void fill(const dist::HomeLayout& layout) {
    for (const std::string& folder : {layout.toolchains() + "/t/bin", layout.update_hashes(),
                                      layout.downloads(), layout.temporary(), layout.latchkey()}) {
        platform::make_directories(folder);
        platform::save_file(folder + "/file", "x");
    }
    platform::make_directories(layout.folders().config);
    platform::make_directories(layout.folders().state);
    platform::save_file(layout.settings(), "version = \"12\"\n");
    platform::save_file(layout.release_state(), "");
    platform::make_directories(platform::folder_of(layout.configuration()));
    platform::save_file(layout.configuration(), "");
}

}  // namespace

TEST_CASE("a home that has nothing else goes as a whole", "[home_removal]") {
    const TempDir dir;
    const dist::HomeLayout layout(dir / "home");
    fill(layout);
    store::remove_home(kWorker, store::Home(layout));
    CHECK_FALSE(platform::find_status(dir / "home"));
}

TEST_CASE("what others put into a home stays, and the home with it", "[home_removal]") {
    const TempDir dir;
    const dist::HomeLayout layout(dir / "home");
    fill(layout);
    platform::save_file(layout.root() + "/notes", "mine");
    store::remove_home(kWorker, store::Home(layout));
    const auto left = platform::list_directory(layout.root());
    REQUIRE(left.size() == 1);
    CHECK(left[0].name == "notes");
}

TEST_CASE("of a home by category each folder goes", "[home_removal]") {
    const TempDir dir;
    const dist::HomeLayout layout(
        dist::CategoryFolders{dir / "cache", dir / "config", dir / "data", dir / "state"});
    fill(layout);
    platform::save_file(dir / "cache" + "/others", "x");
    store::remove_home(kWorker, store::Home(layout));
    CHECK_FALSE(platform::find_status(dir / "config"));
    CHECK_FALSE(platform::find_status(dir / "data"));
    CHECK_FALSE(platform::find_status(dir / "state"));
    CHECK(platform::list_directory(dir / "cache").size() == 1);
}

TEST_CASE("a folder behind a link is emptied, and the link goes", "[home_removal]") {
    const TempDir dir;
    platform::make_directories(dir / "elsewhere/below");
    platform::save_file(dir / "elsewhere/below/file", "x");
    REQUIRE(::symlink((dir / "elsewhere").c_str(), (dir / "link").c_str()) == 0);
    store::empty_folder(kWorker, dir / "link");
    CHECK(platform::find_entries(dir / "elsewhere").empty());
    CHECK_FALSE(platform::find_status(dir / "link"));
    CHECK_NOTHROW(store::empty_folder(kWorker, dir / "gone"));
}

TEST_CASE("a home that is a link of the user's stays a link", "[home_removal]") {
    const TempDir dir;
    platform::make_directories(dir / "disk");
    REQUIRE(::symlink((dir / "disk").c_str(), (dir / "home").c_str()) == 0);
    store::remove_if_empty(dir / "home");
    CHECK(platform::find_link(dir / "home"));
    store::remove_if_empty(dir / "disk");
    CHECK_FALSE(platform::find_status(dir / "disk"));
    CHECK_NOTHROW(store::remove_if_empty(dir / "disk"));
}
