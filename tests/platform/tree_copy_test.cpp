#include "latchkey/platform/tree_copy.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/platform/file.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;

namespace fs = std::filesystem;

namespace {

void copied(const std::string& from, const std::string& to) {
    platform::copy_tree(PermitMint::worker(), from, to);
}

}  // namespace

TEST_CASE("a copied tree has the same files, modes, times and links", "[tree_copy]") {
    const test::TempDir temp;
    const fs::path from = temp.path() + "/from";
    const fs::path to = temp.path() + "/to";
    fs::create_directories(from / "bin");
    std::ofstream(from / "bin/tool") << "text";
    fs::permissions(from / "bin/tool", fs::perms(0755));
    platform::set_modification_time(from / "bin/tool", 1'000'000, 5);
    fs::create_symlink("../nowhere", from / "link");
    fs::permissions(from / "bin", fs::perms(0555));
    copied(from, to);
    CHECK(platform::load_file(to / "bin/tool") == "text");
    const auto status = platform::find_status(to / "bin/tool");
    CHECK(status->permissions == 0755);
    CHECK(status->mtime_seconds == 1'000'000);
    CHECK(status->mtime_nanoseconds == 5);
    CHECK(platform::find_status(to / "bin")->permissions == 0555);
    CHECK(fs::read_symlink(to / "link") == "../nowhere");
    fs::permissions(from / "bin", fs::perms(0755));
    fs::permissions(to / "bin", fs::perms(0755));
}

TEST_CASE("names of one file are names of one file in the copy", "[tree_copy]") {
    const test::TempDir temp;
    const fs::path from = temp.path() + "/from";
    const fs::path to = temp.path() + "/to";
    fs::create_directories(from / "a");
    std::ofstream(from / "a/one") << "text";
    fs::create_hard_link(from / "a/one", from / "two");
    copied(from, to);
    CHECK(fs::equivalent(to / "a/one", to / "two"));
    CHECK_FALSE(fs::equivalent(from / "two", to / "two"));
}

TEST_CASE("a file or a link is copied alone, and a pipe is left out", "[tree_copy]") {
    const test::TempDir temp;
    const fs::path from = temp.path() + "/from";
    fs::create_directory(from);
    std::ofstream(from / "file") << "text";
    REQUIRE(::mkfifo((from / "pipe").c_str(), 0600) == 0);
    copied(from / "file", temp.path() + "/file");
    CHECK(platform::load_file(temp.path() + "/file") == "text");
    copied(from, temp.path() + "/to");
    CHECK(platform::find_status(temp.path() + "/to/file"));
    CHECK_FALSE(platform::find_status(temp.path() + "/to/pipe"));
    CHECK_THROWS_AS(copied(from / "nothing", temp.path() + "/x"), Error);
}
