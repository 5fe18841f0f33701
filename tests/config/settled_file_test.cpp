// That a writer is waited for: processes/settings.py, whose writers are processes.
#include "settled_file.hpp"

#include <catch2/catch.hpp>

#include "latchkey/platform/file_lock.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using config::find_settled_file;
using platform::RangeMode;

TEST_CASE("a file that nobody writes is what it says, and one that is not there is none",
          "[config]") {
    const test::TempDir dir;
    CHECK_FALSE(find_settled_file(dir / "settings.toml", RangeMode::shared));
    CHECK_FALSE(find_settled_file(dir / "settings.toml", RangeMode::exclusive));
    CHECK(platform::find_entries(dir.path()).empty());
    const std::string path = dir.write("settings.toml", "text");
    for (const RangeMode mode : {RangeMode::shared, RangeMode::exclusive}) {
        const auto settled = find_settled_file(path, mode);
        REQUIRE(settled);
        CHECK(settled->text == "text");
    }
}

TEST_CASE("whoever changes a settled file keeps out others' locks until it is closed", "[config]") {
    const test::TempDir dir;
    const std::string path = dir.write("settings.toml", "text");
    const auto try_lock = [&path] {
        return platform::lock_file(platform::open_file(path, O_RDWR), RangeMode::exclusive, {});
    };
    {
        const auto mine = find_settled_file(path, RangeMode::exclusive);
        CHECK(try_lock() == platform::FileLock::busy);
    }
    CHECK(try_lock() == platform::FileLock::held);
}

TEST_CASE("what ends with a page may go on in the next", "[config]") {
    CHECK(config::may_be_a_part(""));
    CHECK(config::may_be_a_part(std::string(8192, 'x')));
    CHECK_FALSE(config::may_be_a_part("x"));
    CHECK_FALSE(config::may_be_a_part(std::string(4097, 'x')));
}
