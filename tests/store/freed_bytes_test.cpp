#include "latchkey/store/freed_bytes.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/file.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using store::FreedBytes;
using test::TempDir;

namespace {

const std::string kMegabyte(1 << 20, 'x');

/// In whole megabytes: directories and ends of blocks are less.
std::uint64_t count(FreedBytes& freed, const TempDir& dir, const std::string& folder) {
    return freed.count_directory(PermitMint::worker(), dir / folder) >> 20;
}

void link(const TempDir& dir, const std::string& from, const std::string& to) {
    REQUIRE(::link((dir / from).c_str(), (dir / to).c_str()) == 0);
}

}  // namespace

TEST_CASE("a file that stays under another name is not freed", "[freed_bytes]") {
    const TempDir dir;
    dir.write("a/own", kMegabyte);
    dir.write("a/shared", kMegabyte);
    dir.make("elsewhere");
    link(dir, "a/shared", "elsewhere/shared");
    FreedBytes freed;
    CHECK(count(freed, dir, "a") == 1);
}

TEST_CASE("a file of several that go is freed once, with the last of its names", "[freed_bytes]") {
    const TempDir dir;
    dir.write("a/one", kMegabyte);
    link(dir, "a/one", "a/other");
    dir.make("b");
    link(dir, "a/one", "b/third");
    FreedBytes freed;
    CHECK(count(freed, dir, "a") == 0);
    CHECK(count(freed, dir, "b") == 1);
}

TEST_CASE("directories and blocks count as the disk has them, holes and links do not",
          "[freed_bytes]") {
    const TempDir dir;
    dir.write("a/hole", "");
    REQUIRE(::truncate((dir / "a/hole").c_str(), 1 << 30) == 0);
    platform::make_link("/etc", dir / "a/link");
    FreedBytes freed;
    CHECK(count(freed, dir, "a") == 0);
    CHECK(count(freed, dir, "nothing") == 0);
}
