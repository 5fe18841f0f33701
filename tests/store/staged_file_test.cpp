#include "staged_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/new_file.hpp"
#include "support/temp_dir.hpp"
#include "support/umask.hpp"

using namespace latchkey;
using namespace latchkey::store;

TEST_CASE("a staged file takes the place of the old one, and nothing stays in staging",
          "[store][staged]") {
    const test::TempDir dir;
    const std::string path = dir.write("home/list", "old");
    const auto old = platform::open_file(path, O_RDONLY);
    save_staged(dir / "staging/x", path, "new");
    CHECK(platform::load_file(path) == "new");
    CHECK(platform::load_rest(old, path) == "old");  // Whoever reads it meanwhile reads on.
    save_staged_durably(dir / "staging/x", path, "newer");
    CHECK(platform::load_file(path) == "newer");
    CHECK(platform::list_directory(dir / "staging/x").empty());
}

TEST_CASE("what a killed writer left in staging is written over", "[store][staged]") {
    const test::TempDir dir;
    dir.make("home");
    dir.write("staging/x/draft", "half of what");
    save_staged(dir / "staging/x", dir / "home/list", "all");
    CHECK(platform::load_file(dir / "home/list") == "all");
}

TEST_CASE("who may read a staged file is who may look into its folder, whatever the umask",
          "[store][staged]") {
    const test::TempDir dir;
    for (const mode_t mode : {0755U, 0750U, 0775U, 0700U}) {
        const std::string folder = dir.make("home");
        REQUIRE(::chmod(folder.c_str(), mode) == 0);
        for (const mode_t mask : {0022U, 0077U, 0000U}) {
            const test::Umask masked(mask);
            save_staged(dir / "staging/x", folder + "/list", "x");
            struct stat status {};
            REQUIRE(::stat((folder + "/list").c_str(), &status) == 0);
            CHECK((status.st_mode & 07777) == ((mode & 0666) | 0600));
        }
    }
}
