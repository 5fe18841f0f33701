#include "latchkey/config/release_state.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::config;
using namespace std::chrono_literals;

namespace {

void note_release(const test::TempDir& home, std::chrono::seconds when) {
    const lock::LockFile locks(home / "latchkey/locks");
    const lock::LockSet lock = lock::LockSet::acquire(PermitMint::wait_thread(), locks,
                                                      lock::Key::settings(), lock::Mode::exclusive);
    save_release_notice(lock, home.path(), when);
}

}  // namespace

TEST_CASE("when a release was told of is known from then on", "[config]") {
    const test::TempDir home;
    CHECK(release_state_path(std::string("/h")) == "/h/state.toml");
    CHECK(find_release_notice(home.path()) == std::nullopt);
    note_release(home, 1'700'000'000s);
    CHECK(find_release_notice(home.path()) == 1'700'000'000s);
    note_release(home, 1'800'000'000s);
    CHECK(find_release_notice(home.path()) == 1'800'000'000s);
}

TEST_CASE("what others note in the same file stays", "[config]") {
    const test::TempDir home;
    home.write("state.toml",
               "last_release_notified_secs = 1\n\"of others\" = [1, 2]\n[table]\nkey = 'x'\n");
    note_release(home, 2s);
    CHECK(platform::load_file(home / "state.toml") ==
          "last_release_notified_secs = 2\n\"of others\" = [1, 2]\ntable = { key = \"x\" }\n");
}

TEST_CASE("a file that does not say when is an error that names it", "[config]") {
    const test::TempDir home;
    for (const char* text : {"last_release_notified_secs = -1\n",
                             "last_release_notified_secs = \"today\"\n", "no TOML"}) {
        home.write("state.toml", text);
        CHECK_THAT(test::error_text([&] { find_release_notice(home.path()); }),
                   Catch::StartsWith("state file '" + (home / "state.toml") + "': "));
    }
}
