#include "latchkey/platform/directory_pair.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using platform::DirectoryPair;
using platform::NewName;

TEST_CASE("files of one directory get second names in another", "[platform]") {
    const test::TempDir dir;
    dir.write("from/file", "x");
    dir.write("from/there", "new");
    const std::string old = dir.write("to/there", "old");
    const auto pair = DirectoryPair::find(dir / "from", dir / "to");
    REQUIRE(pair);
    CHECK_FALSE(pair->find_status("file"));
    CHECK(pair->try_add_name("file") == NewName::made);
    const auto made = pair->find_status("file");
    REQUIRE(made);
    CHECK(platform::is_same_file(*made, platform::find_status(dir / "from/file")));
    CHECK(pair->try_add_name("there") == NewName::taken);
    CHECK(platform::load_file(old) == "old");
    CHECK(pair->try_add_name("nothing") == NewName::absent);
}

TEST_CASE("a pair goes on where its directories are moved to", "[platform]") {
    const test::TempDir dir;
    dir.write("from/file", "x");
    dir.make("to");
    const auto pair = DirectoryPair::find(dir / "from", dir / "to");
    REQUIRE(pair);
    platform::rename_path(dir / "to", dir / "moved");
    CHECK(pair->try_add_name("file") == NewName::made);
    CHECK(platform::load_file(dir / "moved/file") == "x");
}

TEST_CASE("what is no directory has nothing to give; to nowhere nothing is given", "[platform]") {
    const test::TempDir dir;
    dir.write("file", "x");
    dir.make("to");
    CHECK_FALSE(DirectoryPair::find(dir / "nothing", dir / "to"));
    CHECK_THROWS_AS(DirectoryPair::find(dir / "to", dir / "nothing"), Error);
}
