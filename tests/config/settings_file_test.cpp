#include "latchkey/config/settings_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/config/override_key.hpp"
#include "latchkey/config/release_state.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::config;
using latchkey::test::error_text;
using latchkey::test::TempDir;

namespace {

constexpr const char* kDefaults = "version = \"12\"\n\n[overrides]\n";

lock::LockSet lock_settings(const TempDir& home) {
    return lock::LockSet::acquire(PermitMint::wait_thread(),
                                  lock::LockFile(home / "latchkey/locks"), lock::Key::settings(),
                                  lock::Mode::exclusive);
}

}  // namespace

TEST_CASE("a missing settings file is made with its home", "[config]") {
    TempDir dir;
    const std::string home = dir / "a/b";
    CHECK(find_settings(home) == std::nullopt);
    CHECK(load_settings(home) == Settings());
    CHECK(platform::load_file(home + "/settings.toml") == kDefaults);
    CHECK(platform::list_directory(home).size() == 1);  // No staging file is left.
}

TEST_CASE("what a killed writer of settings left is swept, or the next writer's", "[config]") {
    TempDir home;
    const lock::LockFile locks(home / "latchkey/locks");
    const std::string draft = home / "settings.toml.latchkey";
    platform::save_file(draft, "version");
    {
        const lock::LockSet range = lock_settings(home);
        sweep_settings(locks, home.path());
        CHECK(platform::find_file_text(draft) == "version");  // Somebody may be writing it.
        update_settings(range, home.path(), [](Settings&) {});
    }
    CHECK(platform::load_file(home / "settings.toml") == kDefaults);
    CHECK_FALSE(platform::find_status(draft));
    platform::save_file(draft, "version");
    sweep_settings(locks, home.path());
    CHECK_FALSE(platform::find_status(draft));
}

TEST_CASE("making the settings file never replaces another's", "[config]") {
    TempDir dir;
    dir.write("settings.toml", "version = \"12\"\nprofile = \"minimal\"\n");
    CHECK(load_settings(dir.path()).profile == dist::Profile::minimal);
    CHECK(platform::load_file(dir / "settings.toml") ==
          "version = \"12\"\nprofile = \"minimal\"\n");
}

TEST_CASE("where a home cannot be made, the text is rustup's", "[config]") {
    CHECK(error_text([] { load_settings(std::string("/proc/latchkey")); }) ==
          "could not create home directory: '/proc/latchkey': No such file or directory (os error "
          "2)");
}

TEST_CASE("a home that cannot be written has the defaults", "[config]") {
    CHECK(load_settings(std::string("/proc/self")) == Settings());
}

TEST_CASE("a settings file that cannot be read is named", "[config]") {
    TempDir dir;
    dir.make("settings.toml");
    CHECK(error_text([&] { find_settings(dir.path()); }) == "could not read settings file: '" +
                                                                dir / "settings.toml" +
                                                                "': Is a directory (os error 21)");
}

TEST_CASE("a settings file that is no text is named", "[config]") {
    TempDir dir;
    dir.write("settings.toml", "version = \"\xFF\"");
    CHECK(error_text([&] { find_settings(dir.path()); }) ==
          "could not read settings file: '" + dir / "settings.toml" +
              "': stream did not contain valid UTF-8");
}

TEST_CASE("a wrong settings file is named before its error", "[config]") {
    TempDir dir;
    dir.write("settings.toml", "");
    CHECK(error_text([&] { load_settings(dir.path()); }) ==
          "could not parse settings file: '" + dir / "settings.toml" +
              "': error parsing settings: TOML parse error at line 1, column 1\n"
              "  |\n1 | \n  | ^\nmissing field `version`\n");
}

TEST_CASE("settings of version 2 are for the upgrade only", "[config]") {
    TempDir dir;
    dir.write("settings.toml", "version = \"2\"\n");
    CHECK(error_text([&] { load_settings(dir.path()); }) ==
          "rustup's metadata is out of date. run `rustup self upgrade-data`");
    CHECK(find_settings_of_any_version(dir.path())->version == "2");
}

TEST_CASE("an update changes what is in the file now", "[config]") {
    TempDir dir;
    dir.write("settings.toml", "version = \"12\"\nnews = 1\n");
    const lock::LockSet held = lock_settings(dir);
    const Settings written = update_settings(
        held, dir.path(), [](Settings& settings) { settings.profile = dist::Profile::minimal; });
    CHECK(written.profile == dist::Profile::minimal);
    CHECK(platform::load_file(dir / "settings.toml") ==
          "version = \"12\"\nprofile = \"minimal\"\nnews = 1\n\n[overrides]\n");
}

TEST_CASE("an update that throws writes nothing", "[config]") {
    TempDir dir;
    dir.write("settings.toml", kDefaults);
    const lock::LockSet held = lock_settings(dir);
    const auto refuse = [](Settings& settings) {
        settings.profile = dist::Profile::minimal;
        throw Error(Errc::usage, "no");
    };
    CHECK(error_text([&] { update_settings(held, dir.path(), refuse); }) == "no");
    CHECK(platform::load_file(dir / "settings.toml") == kDefaults);
}

TEST_CASE("no update of many is lost", "[config]") {
    TempDir dir;
    std::vector<std::thread> writers;
    for (int i = 0; i < 8; ++i) {
        writers.emplace_back([&dir, i] {
            const lock::LockSet held = lock_settings(dir);
            update_settings(held, dir.path(), [i](Settings& settings) {
                settings.overrides["/" + std::to_string(i)] = "stable";
            });
        });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(load_settings(dir.path()).overrides.size() == 8);
}

TEST_CASE("an update keeps the file's mode and goes through a symlink", "[config]") {
    TempDir dir;
    const std::string real = dir.write("dotfiles/settings.toml", kDefaults);
    REQUIRE(::chmod(real.c_str(), 0600) == 0);
    dir.make("home");
    REQUIRE(platform::make_link(real, dir / "home/settings.toml"));
    const lock::LockSet held = lock_settings(dir);
    update_settings(held, dir / "home", [](Settings& settings) { settings.auto_install = false; });
    CHECK(platform::find_link(dir / "home/settings.toml") == real);
    CHECK(find_settings(dir / "dotfiles")->auto_install == false);
    CHECK(platform::find_status(real)->permissions == 0600);
}

TEST_CASE("when a release was last told of is noted beside the settings", "[config]") {
    TempDir dir;
    CHECK(find_release_notice(dir.path()) == std::nullopt);
    const lock::LockSet held = lock_settings(dir);
    save_release_notice(held, dir.path(), std::chrono::seconds(7));
    CHECK(find_release_notice(dir.path()) == std::chrono::seconds(7));
    CHECK(platform::load_file(dir / "state.toml") == "last_release_notified_secs = 7\n");
    dir.write("state.toml", "[later]\nx = 1\n");
    CHECK(find_release_notice(dir.path()) == std::nullopt);
    save_release_notice(held, dir.path(), std::chrono::seconds(8));
    CHECK(platform::load_file(dir / "state.toml") ==
          "last_release_notified_secs = 8\nlater = { x = 1 }\n");
    dir.write("state.toml", "last_release_notified_secs = -1\n");
    CHECK(error_text([&] { find_release_notice(dir.path()); }) ==
          "state file '" + dir / "state.toml" + "': `last_release_notified_secs` is not a time");
}

TEST_CASE("the system's settings may be missing or out of reach", "[config]") {
    TempDir dir;
    CHECK(find_fallback_default(dir / "none") == std::nullopt);
    const std::string path = dir.write("fallback", "default_toolchain = \"beta\"\n");
    CHECK(find_fallback_default(path) == "beta");
    if (::geteuid() != 0) {  // Nothing is out of root's reach.
        REQUIRE(::chmod(path.c_str(), 0) == 0);
        CHECK(find_fallback_default(path) == std::nullopt);
    }
}

TEST_CASE("the system's settings that are wrong are an error", "[config]") {
    TempDir dir;
    CHECK(error_text([&] { find_fallback_default(dir.path()); }) ==
          "could not read fallback settings file: '" + dir.path() +
              "': Is a directory (os error 21)");
    const std::string path = dir.write("fallback", "default_toolchain=3\n");
    CHECK_THAT(
        error_text([&] { find_fallback_default(path); }),
        Catch::StartsWith("error parsing settings: TOML parse error at line 1, column 19\n"));
}

TEST_CASE("an override's key is canonical where the directory exists", "[config]") {
    TempDir dir;
    dir.make("real");
    REQUIRE(platform::make_link("real", dir / "link"));
    CHECK(override_key(dir / "link/../link/.") == dir / "real");
    CHECK(override_key(dir / "gone/../link") == dir / "gone/../link");
}
