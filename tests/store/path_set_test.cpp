#include "path_set.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace latchkey;
using store::PathSet;

TEST_CASE("paths are found once sorted, each once, in the order of their bytes", "[store]") {
    PathSet paths;
    CHECK(paths.size() == 0);
    CHECK_FALSE(paths.contains(""));
    for (const char* path : {"share/doc/b", "bin/rustc", "share/doc", "bin/rustc", "\xff", ""}) {
        paths.add(path);
    }
    paths.sort();
    REQUIRE(paths.size() == 5);
    CHECK(paths[0].empty());
    CHECK(paths[1] == "bin/rustc");
    CHECK(paths[2] == "share/doc");
    CHECK(paths[3] == "share/doc/b");
    CHECK(paths[4] == "\xff");
    CHECK(paths.contains("share/doc"));
    CHECK_FALSE(paths.contains("share"));
    CHECK_FALSE(paths.contains("share/doc/"));
    paths.add("bin/cargo");
    paths.add("share/doc");
    paths.sort();
    CHECK(paths.size() == 6);
    CHECK(paths.contains("bin/cargo"));
}

TEST_CASE("a set of paths has what a set of strings has", "[store]") {
    std::mt19937 random(17);
    std::set<std::string> expected;
    PathSet paths;
    for (int batch = 0; batch < 5; ++batch) {
        for (int i = 0; i < 400; ++i) {
            std::string path;
            for (auto left = random() % 6; left > 0; --left) path += "/ab\xc3"[random() % 4];
            expected.insert(path);
            paths.add(path);
        }
        paths.sort();
    }
    REQUIRE(paths.size() == expected.size());
    std::size_t at = 0;
    for (const std::string& path : expected) {
        CHECK(paths[at++] == path);
        CHECK(paths.contains(path));
        CHECK(paths.contains(path + "a") == expected.contains(path + "a"));
    }
}
