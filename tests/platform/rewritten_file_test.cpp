#include "latchkey/platform/rewritten_file.hpp"

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"
#include "support/umask.hpp"

using namespace latchkey;
using namespace latchkey::platform;
using latchkey::test::TempDir;
using latchkey::test::Umask;

namespace {

/// acl(5): version 2; the owner, user 12345 and the group read, others do not; the mask is r--.
const std::string kAclOfAnother{
    "\x02\0\0\0"
    "\x01\0\x06\0\xff\xff\xff\xff"
    "\x02\0\x04\0\x39\x30\0\0"
    "\x04\0\x04\0\xff\xff\xff\xff"
    "\x10\0\x04\0\xff\xff\xff\xff"
    "\x20\0\0\0\xff\xff\xff\xff",
    44};

std::string attribute(const std::string& path, const char* name) {
    std::string value(200, '\0');
    const ssize_t size = ::getxattr(path.c_str(), name, value.data(), value.size());
    value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return value;
}

bool set_attribute(const std::string& path, const char* name, const std::string& value) {
    return ::setxattr(path.c_str(), name, value.data(), value.size(), 0) == 0;
}

}  // namespace

TEST_CASE("a rewritten file is another file with the old one's mode", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("f", "old");
    const mode_t mode = GENERATE(0600, 0640, 0664, 0755);
    change_mode(path, mode);
    const auto before = find_status(path);
    const Umask umask(GENERATE(0, 022, 077));
    rewrite_file(path, "new");
    CHECK(load_file(path) == "new");
    CHECK(find_status(path)->permissions == mode);
    CHECK(find_status(path)->inode != before->inode);
    CHECK(list_directory(dir.path()).size() == 1);
}

TEST_CASE("a rewritten file keeps its owner and group", "[platform]") {
    if (::geteuid() != 0) return;  // Nobody else may give files away.
    TempDir dir;
    const std::string path = dir.write("f", "old");
    REQUIRE(::chown(path.c_str(), 12345, 23456) == 0);
    change_mode(path, 0600);
    rewrite_file(path, "new");
    CHECK(load_file(path) == "new");
    CHECK(find_status(path)->user == 12345);
    CHECK(find_status(path)->group == 23456);
    CHECK(find_status(path)->permissions == 0600);
}

TEST_CASE("a rewritten file keeps its ACL and attributes, and gets none of its folder's",
          "[platform]") {
    TempDir dir;
    const std::string path = dir.write("f", "old");
    const std::string plain = dir.write("g", "old");
    if (!set_attribute(path, "system.posix_acl_access", kAclOfAnother) ||
        !set_attribute(path, "user.comment", "mine") ||
        !set_attribute(dir.path(), "system.posix_acl_default", kAclOfAnother)) {
        return;  // This file system has none.
    }
    change_mode(plain, 0640);
    rewrite_file(path, "new");
    rewrite_file(plain, "new");
    CHECK(load_file(path) == "new");
    CHECK(attribute(path, "system.posix_acl_access") == kAclOfAnother);
    CHECK(attribute(path, "user.comment") == "mine");
    CHECK(attribute(plain, "system.posix_acl_access").empty());
    CHECK(find_status(plain)->permissions == 0640);
}

TEST_CASE("all names of a rewritten file have the new text", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("f", "an older and longer text");
    add_name(path, dir / "g");
    const std::string text = GENERATE("", "new", "a newer text that is the longest of all");
    rewrite_file(path, text);
    CHECK(load_file(dir / "g") == text);
    CHECK(find_status(path)->inode == find_status(dir / "g")->inode);
    CHECK(list_directory(dir.path()).size() == 2);
}

TEST_CASE("a rewritten file may lie behind a symlink that stays", "[platform]") {
    TempDir dir;
    const std::string real = dir.make("elsewhere") + "/f";
    make_link(real, dir / "f");
    rewrite_file(dir / "f", "first");  // The link dangles.
    CHECK(load_file(real) == "first");
    rewrite_file(dir / "f", "second");
    CHECK(load_file(real) == "second");
    CHECK(find_link(dir / "f") == real);
    CHECK(list_directory(dir / "elsewhere").size() == 1);
}

TEST_CASE("a rewritten file that is missing is made under the umask", "[platform]") {
    TempDir dir;
    const Umask umask(027);
    rewrite_file(dir / "f", "text");
    CHECK(load_file(dir / "f") == "text");
    CHECK(find_status(dir / "f")->permissions == 0640);
}

TEST_CASE("a draft of a killed process is the next one's", "[platform]") {
    TempDir dir;
    const std::string path = dir.write("f", "old");
    const std::string bait = dir.write("bait", "not ours");
    make_link(bait, draft_path(path));
    rewrite_file(path, "new");
    CHECK(load_file(path) == "new");
    CHECK(load_file(bait) == "not ours");
    CHECK_FALSE(find_status(draft_path(path)));
}

TEST_CASE("a pipe in a file's place is not waited for", "[platform]") {
    TempDir dir;
    const std::string path = dir / "f";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK_THAT(test::error_text([&] { rewrite_file(path, "text"); }),
               Catch::EndsWith("No such device or address (os error 6)"));
    CHECK_THAT(test::error_text([&] { append_file(path, "text"); }),
               Catch::EndsWith("No such device or address (os error 6)"));
    CHECK(find_status(path)->kind == FileKind::other);
}
