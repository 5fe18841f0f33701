#include "latchkey/upkeep/home_move.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/lock/lock_set.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/home.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::upkeep;
using latchkey::test::error_text;

namespace fs = std::filesystem;

namespace {

constexpr const char* kSettings = "version = \"12\"\ndefault_toolchain = \"mine\"\n";

void save(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

/// A home in which something is everywhere.
struct MovingHome {
    test::TempDir dir;
    dist::HomeLayout plain{dir.path() + "/plain"};
    dist::HomeLayout category{
        dist::CategoryFolders{dir.path() + "/cache/rustup", dir.path() + "/config/rustup",
                              dir.path() + "/data/rustup", dir.path() + "/state/rustup"}};

    void fill(const dist::HomeLayout& layout) const {
        save(layout.toolchains() + "/mine/bin/rustc", "rustc");
        save(layout.settings(), kSettings);
        save(layout.release_state(), "state");
        save(layout.configuration(), "# mirrors");
        save(layout.update_hashes() + "/mine", "hash");
        save(layout.downloads() + "/x.partial", "begun");
        save(layout.temporary() + "/junk", "");
    }

    HomeMove move(const dist::HomeLayout& from, const dist::HomeLayout& to) const {
        return move_home(PermitMint::worker(), from, to, dir.path() + "/cargo");
    }

    static void check(const dist::HomeLayout& layout) {
        CHECK(platform::load_file(layout.toolchains() + "/mine/bin/rustc") == "rustc");
        CHECK(platform::load_file(layout.settings()) == kSettings);
        CHECK(platform::load_file(layout.release_state()) == "state");
        CHECK(platform::load_file(layout.configuration()) == "# mirrors");
        CHECK(platform::load_file(layout.update_hashes() + "/mine") == "hash");
        CHECK(platform::load_file(layout.downloads() + "/x.partial") == "begun");
        CHECK_FALSE(fs::exists(store::Home(layout).move_note()));
    }

    [[nodiscard]] bool has_nothing(const dist::HomeLayout& layout) const {
        const dist::CategoryFolders& all = layout.folders();
        return !fs::exists(all.cache) && !fs::exists(all.config) && !fs::exists(all.data) &&
               !fs::exists(all.state);
    }
};

}  // namespace

TEST_CASE("a home moves to the folders of its categories, and back", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    CHECK(home.move(home.plain, home.category) == HomeMove::done);
    MovingHome::check(home.category);
    CHECK(home.has_nothing(home.plain));
    CHECK(home.move(home.plain, home.category) == HomeMove::not_needed);
    CHECK(home.move(home.category, home.plain) == HomeMove::done);
    MovingHome::check(home.plain);
    CHECK(home.has_nothing(home.category));
}

TEST_CASE("links into the home lead to its new place", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    const std::string elsewhere = home.dir.path() + "/elsewhere";
    fs::create_symlink(home.plain.toolchains() + "/mine", home.plain.toolchains() + "/alias");
    fs::create_symlink(elsewhere, home.plain.toolchains() + "/other");
    home.move(home.plain, home.category);
    CHECK(fs::read_symlink(home.category.toolchains() + "/alias") ==
          home.category.toolchains() + "/mine");
    CHECK(fs::read_symlink(home.category.toolchains() + "/other") == elsewhere);
}

TEST_CASE("a home whose folder is a link moves to a real folder", "[home_move]") {
    const MovingHome home;
    home.fill(dist::HomeLayout(home.dir.path() + "/disk"));
    fs::create_symlink(home.dir.path() + "/disk", home.plain.root());
    CHECK(home.move(home.plain, home.category) == HomeMove::done);
    CHECK(fs::is_directory(fs::symlink_status(home.category.root())));
    CHECK(platform::load_file(home.category.toolchains() + "/mine/bin/rustc") == "rustc");
    CHECK(platform::load_file(home.category.settings()) == kSettings);
    CHECK(fs::is_empty(home.dir.path() + "/disk"));
}

TEST_CASE("what others keep in a plain home comes with it", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    save(home.plain.root() + "/theirs/notes", "text");
    home.move(home.plain, home.category);
    CHECK(platform::load_file(home.category.root() + "/theirs/notes") == "text");
    home.move(home.category, home.plain);
    CHECK(platform::load_file(home.plain.root() + "/theirs/notes") == "text");
    CHECK(home.has_nothing(home.category));
}

TEST_CASE("a home that somebody holds does not move", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    const auto held = lock::LockSet::try_acquire(store::Home(home.plain).lock_file(),
                                                 lock::Key::settings(), lock::Mode::exclusive);
    REQUIRE(held);
    CHECK(error_text([&] {
              home.move(home.plain, home.category);
          }).starts_with("toolchains are in use"));
    CHECK(home.has_nothing(home.category));
}

TEST_CASE("without a home there is nothing to move", "[home_move]") {
    const MovingHome home;
    CHECK(error_text([&] { home.move(home.plain, home.category); }) ==
          "there is no home in '" + home.plain.root() + "' to move");
    CHECK(home.has_nothing(home.plain));
}

TEST_CASE("settings that somebody has made at the new place are not overwritten", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    save(home.category.settings(), "version = \"12\"\nprofile = \"complete\"\n");
    CHECK_THROWS_AS(home.move(home.plain, home.category), Error);
    CHECK(platform::load_file(home.plain.settings()) == kSettings);
    CHECK(platform::load_file(home.category.settings()).find("complete") != std::string::npos);
}

TEST_CASE("a configuration that somebody has made at the new place is not overwritten",
          "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    save(home.category.configuration(), "# others");
    CHECK_THAT(error_text([&] { home.move(home.plain, home.category); }),
               Catch::Contains("there is another '" + home.category.configuration() + "' already"));
    CHECK(platform::load_file(home.category.configuration()) == "# others");
    MovingHome::check(home.plain);
    save(home.category.configuration(), "# mirrors");
    CHECK(home.move(home.plain, home.category) == HomeMove::done);
    MovingHome::check(home.category);
    CHECK_FALSE(fs::exists(home.category.latchkey() + "/config.toml"));
}

TEST_CASE("a home moves without a configuration, too", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    fs::remove(home.plain.configuration());
    CHECK(home.move(home.plain, home.category) == HomeMove::done);
    CHECK_FALSE(fs::exists(home.category.configuration()));
    CHECK_FALSE(fs::exists(fs::path(home.category.configuration()).parent_path()));
}

TEST_CASE("config and data may be in one folder", "[home_move]") {
    const MovingHome home;
    home.fill(home.plain);
    const std::string both = home.dir.path() + "/both/rustup";
    const dist::HomeLayout layout(
        dist::CategoryFolders{home.category.folders().cache, both, both, both});
    CHECK(home.move(home.plain, layout) == HomeMove::done);
    MovingHome::check(layout);
    CHECK(home.move(layout, home.plain) == HomeMove::done);
    MovingHome::check(home.plain);
    CHECK(home.has_nothing(layout));
}
