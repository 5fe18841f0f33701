#include "entry_names.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Kind = TarEntry::Kind;

TEST_CASE("the first part of an entry's path is dropped, whatever it is", "[entry_names]") {
    CHECK(parse_entry_path("top/rustc/bin") == "rustc/bin");
    CHECK(parse_entry_path("./top/rustc") == "top/rustc");
    CHECK(parse_entry_path("top//./rustc/") == "rustc");
    CHECK(parse_entry_path("top/") == "");
    CHECK(parse_entry_path(".") == "");
    CHECK(parse_entry_path("...") == "");
    CHECK(parse_entry_path("top/..a/b..") == "..a/b..");
}

TEST_CASE("a refused path is told in one line", "[entry_names]") {
    try {
        (void)parse_entry_path("a/../\033[2J\nerror: forged");
        FAIL("taken");
    } catch (const latchkey::Error& e) {
        CHECK(e.what() == std::string("tar path 'a/../?[2J?error: forged' is not supported"));
    }
}

TEST_CASE("listed paths are relative and come back clean", "[entry_names]") {
    CHECK(parse_listed_path("bin/rustc") == "bin/rustc");
    CHECK(parse_listed_path("./bin//./rustc/") == "bin/rustc");
    for (const char* path : {"", ".", "./", "/", "/bin", "..", "bin/..", "../bin", "a/../b"}) {
        INFO(path);
        CHECK_FALSE(parse_listed_path(path));
    }
}

TEST_CASE("unannounced parents are named once, the nearest first", "[entry_names]") {
    EntryNames names;
    CHECK(names.add("a", Kind::directory).empty());
    CHECK(names.add("a/b/c/d", Kind::file) == std::vector<std::string>{"a/b/c", "a/b"});
    CHECK(names.add("a/b/c/e", Kind::file).empty());
    CHECK(names.add("a/b", Kind::directory).empty());
    CHECK(names.find("a/b/c") == Kind::directory);
    CHECK(names.find("a/b/c/d") == Kind::file);
    CHECK_FALSE(names.find("a/b/c/f"));
}

TEST_CASE("deep names without their parents cannot fill the memory with warnings",
          "[entry_names]") {
    // Five megabytes of tar, six kilobytes of xz, had a gigabyte of warnings.
    EntryNames names;
    std::string deep;
    for (int i = 0; i < 120; ++i) deep += "/" + std::string(26, 'p');
    std::uint64_t warned_bytes = 0;
    const auto add_all = [&] {
        for (int i = 0; i < 1100; ++i) {
            const std::string path = "rustc/" + std::to_string(i) + deep;
            for (const std::string& parent : names.add(path, Kind::file)) {
                warned_bytes += parent.size() + path.size();
            }
        }
    };
    CHECK_THROWS_WITH(add_all(), "package has too many entries");
    CHECK(warned_bytes <= NameLimits().bytes);
}

TEST_CASE("too many entries, or too long names in all, are refused", "[entry_names]") {
    EntryNames few({.entries = 3, .bytes = 1000});
    few.add("a/b/c", Kind::file);
    CHECK_THROWS_WITH(few.add("d", Kind::file), "package has too many entries");
    EntryNames short_ones({.entries = 1000, .bytes = 20});
    short_ones.add("a/b/c", Kind::file);
    CHECK_THROWS_WITH(short_ones.add("de", Kind::file), "package has too many entries");
    EntryNames repeated({.entries = 3, .bytes = 1000});
    for (int i = 0; i < 3; ++i) repeated.add("d", Kind::directory);
    CHECK_THROWS_WITH(repeated.add("d", Kind::directory), "package has too many entries");
}
