#include "latchkey/config/override_key.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.hpp"

using latchkey::config::override_key;

TEST_CASE("an override's key is where its directory really is", "[config]") {
    const latchkey::test::TempDir dir;
    const std::string project = dir.make("project");
    REQUIRE(::symlink(project.c_str(), (dir / "link").c_str()) == 0);
    CHECK(override_key(project) == project);
    CHECK(override_key(dir / "link") == project);
    CHECK(override_key(dir / "project/../link/.") == project);
}

TEST_CASE("a directory that is not there is its own key, as text", "[config]") {
    CHECK(override_key("/nowhere/../x") == "/nowhere/../x");
    CHECK(override_key("/nowhere/\xFF") == "/nowhere/\xEF\xBF\xBD");
}
