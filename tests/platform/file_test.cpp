#include "latchkey/platform/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/directory_pair.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/platform/new_file.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::platform;
using latchkey::test::TempDir;

TEST_CASE("a file has its content, and no other", "[platform]") {
    TempDir dir;
    const std::size_t size = GENERATE(0U, 1U, 65535U, 65536U, 65537U, 200000U);
    const std::string text(size, 'x');
    save_file(dir / "f", text);
    CHECK(has_content(dir / "f", text));
    CHECK_FALSE(has_content(dir / "f", text + "x"));
    CHECK_FALSE(has_content(dir / "gone", text));
    for (const std::size_t place : {std::size_t{0}, size / 2, size - 1}) {
        if (place >= size) continue;
        std::string other = text;
        other[place] = 'y';
        CHECK_FALSE(has_content(dir / "f", other));
    }
    if (size > 0) CHECK_FALSE(has_content(dir / "f", text.substr(1)));
}

TEST_CASE("a second name is of the same file", "[platform]") {
    TempDir dir;
    save_file(dir / "f", "text");
    CHECK(add_name(dir / "f", dir / "g"));
    CHECK(find_status(dir / "f")->inode == find_status(dir / "g")->inode);
    CHECK_THAT(test::error_text([&] { add_name(dir / "f", dir / "g"); }),
               Catch::EndsWith("File exists (os error 17)"));
    const auto elsewhere = find_status("/dev/shm");
    if (!elsewhere || elsewhere->device == find_status(dir.path())->device) return;
    CHECK_FALSE(add_name(dir / "f", "/dev/shm/latchkey-test-no-link"));
}

TEST_CASE("files of one directory get names in another, though both are renamed meanwhile",
          "[platform]") {
    TempDir dir;
    make_directories(dir / "a");
    make_directories(dir / "b");
    for (const char* name : {"f", "taken"}) save_file(dir / (std::string("a/") + name), "text");
    save_file(dir / "b/taken", "other");
    CHECK_FALSE(DirectoryPair::find(dir / "none", dir / "b"));
    CHECK_FALSE(DirectoryPair::find(dir / "a/f", dir / "b"));
    CHECK_THROWS(DirectoryPair::find(dir / "a", dir / "none"));
    const auto pair = DirectoryPair::find(dir / "a", dir / "b");
    CHECK(pair->try_add_name("taken") == NewName::taken);
    CHECK(pair->try_add_name("none") == NewName::absent);
    CHECK_FALSE(pair->find_status("none"));
    rename_path(dir / "a", dir / "c");
    rename_path(dir / "b", dir / "d");
    CHECK(pair->try_add_name("f") == NewName::made);
    CHECK(pair->find_status("f")->inode == find_status(dir / "c/f")->inode);
    CHECK(load_file(dir / "d/f") == "text");
}

TEST_CASE("entries are listed by name, with kind and inode", "[platform]") {
    TempDir dir;
    save_file(dir / "b", "text");
    make_directory(dir / "c");
    make_link("b", dir / "a");
    const auto entries = list_directory(dir.path());
    REQUIRE(entries.size() == 3);
    const FileKind kinds[] = {FileKind::symlink, FileKind::regular, FileKind::directory};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        CHECK(entries[i].name == std::string(1, static_cast<char>('a' + i)));
        CHECK(entries[i].kind == kinds[i]);
        CHECK(entries[i].inode == find_status(dir / entries[i].name)->inode);
    }
}

TEST_CASE("a nameless file is given a name that is free", "[platform]") {
    TempDir dir;
    const auto file = make_nameless_file(dir.path(), 0640);
    if (!file) return;  // Not on this file system.
    write_all(*file, as_bytes("text"), "the file");
    CHECK(list_directory(dir.path()).empty());
    save_file(dir / "taken", "other");
    CHECK(give_name(*file, dir / "taken") == false);
    CHECK(give_name(*file, dir / "free") == true);
    CHECK(load_file(dir / "free") == "text");
    CHECK(load_file(dir / "taken") == "other");
}

TEST_CASE("a file's status tells its owner, and when its content changed", "[platform]") {
    TempDir dir;
    save_file(dir / "f", "text");
    const timespec times[2] = {{1, 2}, {1'600'000'000, 123'456'789}};
    REQUIRE(::utimensat(AT_FDCWD, (dir / "f").c_str(), times, 0) == 0);
    const FileStatus status = *find_status(dir / "f");
    CHECK(status.mtime_seconds == 1'600'000'000);
    CHECK(status.mtime_nanoseconds == 123'456'789);
    CHECK(status.user == ::geteuid());
    struct stat raw {};
    REQUIRE(::stat((dir / "f").c_str(), &raw) == 0);
    CHECK(status.group == raw.st_gid);
}

TEST_CASE("a file takes another's owner and group, and the mode that it is given", "[platform]") {
    TempDir dir;
    save_file(dir / "f", "text");
    FileStatus parent = *find_status(dir.path());
    inherit_owner(open_file(dir / "f", O_RDONLY), parent, 0664);
    CHECK(find_status(dir / "f")->permissions == 0664);
    if (::geteuid() != 0) {
        WARN("needs root, to give files away");
        return;
    }
    parent.user = 61001;
    parent.group = 61002;
    make_directory(dir / "d");
    for (const std::string name : {"f", "d"}) {
        inherit_owner(open_file(dir / name, O_RDONLY), parent, 02770);
        const FileStatus status = *find_status(dir / name);
        CHECK(status.user == 61001);
        CHECK(status.group == 61002);
        CHECK(status.permissions == 02770);
    }
}

TEST_CASE("a file that is not there, or not for us, is not found", "[platform]") {
    TempDir dir;
    save_file(dir / "f", "text");
    make_link("f", dir / "link");
    CHECK(find_permitted_file(dir / "f", O_RDONLY));
    CHECK_FALSE(find_permitted_file(dir / "gone", O_RDONLY));
    CHECK_FALSE(find_permitted_file(dir / "f/below", O_RDONLY));
    CHECK(find_permitted_file(dir / "link", O_RDONLY));
    CHECK_FALSE(find_permitted_file(dir / "link", O_RDONLY | O_NOFOLLOW));
    CHECK_THROWS_AS(find_permitted_file(dir.path(), O_WRONLY), Error);  // EISDIR: no right missing.
    if (::geteuid() == 0) return;
    ::chmod((dir / "f").c_str(), 0);
    CHECK_FALSE(find_permitted_file(dir / "f", O_RDONLY));
}

TEST_CASE("names are made and deleted where a directory may be written", "[platform]") {
    const TempDir dir;
    CHECK(may_change(dir.path()));
    CHECK_FALSE(may_change(dir / "not there"));
    save_file(dir / "file", "text", 0600);
    CHECK_FALSE(may_change(dir / "file"));
}

TEST_CASE("a pipe in a file's place is not read, and not waited for", "[platform]") {
    TempDir dir;
    const std::string path = dir / "f";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(load_file(path).empty());
    const Fd writer = open_file(path, O_RDWR);
    const std::string refusal = "read '" + path + "': not a regular file";
    CHECK(test::error_text([&] { load_file(path); }) == refusal);
    write_all(writer, as_bytes("text"), path);
    CHECK(test::error_text([&] { find_file_text(path); }) == refusal);
    CHECK(find_file_text("/dev/null") == "");
}

TEST_CASE("a path is in the folder that open(2) would take", "[platform]") {
    CHECK(folder_of("/a/b/c") == "/a/b");
    CHECK(folder_of("/a") == "/");
    CHECK(folder_of("a/b") == "a");
    CHECK(folder_of("a") == ".");
}

TEST_CASE("a program may be in each folder of PATH, an empty one is where we are", "[platform]") {
    Environment environment;
    using Paths = std::vector<std::string>;
    CHECK(environment.paths_of("cc") == Paths{"cc"});
    environment.set("PATH", "/usr/bin::bin");
    CHECK(environment.paths_of("cc") == Paths{"/usr/bin/cc", "cc", "bin/cc"});
}
