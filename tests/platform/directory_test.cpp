#include "latchkey/platform/directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "support/temp_dir.hpp"
#include "support/umask.hpp"

using namespace latchkey;
using namespace latchkey::platform;

namespace {

mode_t mode_at(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a directory is listed by name, with what each entry is", "[platform]") {
    const test::TempDir dir;
    dir.write("b", "x");
    dir.make("a");
    REQUIRE(::symlink("nowhere", (dir / "c").c_str()) == 0);
    const auto entries = list_directory(dir.path());
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == "a");
    CHECK(entries[0].kind == FileKind::directory);
    CHECK(entries[1].kind == FileKind::regular);
    CHECK(entries[2].kind == FileKind::symlink);
    struct stat status {};
    REQUIRE(::stat((dir / "b").c_str(), &status) == 0);
    CHECK(entries[1].inode == status.st_ino);
}

TEST_CASE("a directory that is not there has no entries, or is an error", "[platform]") {
    const test::TempDir dir;
    CHECK(find_entries(dir / "nothing").empty());
    dir.write("file", "");
    CHECK(find_entries(dir / "file/nothing").empty());
    try {
        list_directory(dir / "nothing");
        FAIL("it was listed");
    } catch (const Error& e) {
        CHECK(e.code() == Errc::not_found);
    }
}

TEST_CASE("directories are made with all that is missing above, once or again", "[platform]") {
    const test::TempDir dir;
    const test::Umask mask(0027);
    make_directories(dir / "a/b/c");
    make_directories(dir / "a/b/c");
    CHECK(mode_at(dir / "a/b/c") == 0750);
    dir.write("file", "");
    CHECK_THROWS_AS(make_directories(dir / "file/x"), Error);
    CHECK(make_directory(dir / "one"));
    CHECK_FALSE(make_directory(dir / "one"));
    CHECK_FALSE(make_directory(dir / "file"));
}

TEST_CASE("who may look into a folder may look into those made alike below it", "[platform]") {
    const test::TempDir dir;
    const std::string home = dir.make("home");
    for (const mode_t mode : {0755U, 0770U, 0711U}) {
        REQUIRE(::chmod(home.c_str(), mode) == 0);
        const test::Umask mask(0077);
        make_alike_directories(home + "/a/b");
        CHECK(mode_at(home + "/a") == mode);
        CHECK(mode_at(home + "/a/b") == mode);
        remove_tree(PermitMint::worker(), home + "/a");
    }
}

TEST_CASE("a walk visits each directory before its content, and follows no link", "[platform]") {
    const test::TempDir dir;
    dir.write("a/b/file", "");
    REQUIRE(::symlink(dir.path().c_str(), (dir / "a/link").c_str()) == 0);
    std::vector<std::string> visited;
    walk_tree(PermitMint::worker(), dir.path(), [&](const std::string& relative, FileKind kind) {
        visited.push_back(relative);
        CHECK((kind == FileKind::symlink) == (relative == "a/link"));
    });
    CHECK(visited == std::vector<std::string>{"a", "a/b", "a/b/file", "a/link"});
}
