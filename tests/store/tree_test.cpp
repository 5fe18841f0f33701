#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "store_home.hpp"

using namespace latchkey;
using test::StoreHome;

namespace {

dist::Source source(dist::Encoding encoding, char digit) {
    return {encoding, "https://x/y", std::string(64, digit)};
}

}  // namespace

TEST_CASE("a tree is in the store exactly when its index is", "[tree]") {
    StoreHome home;
    CHECK_FALSE(store::find_tree(home.home, "t"));
    home.add_tree("cargo", "t", {{"bin/cargo", "x"}});
    REQUIRE(store::find_tree(home.home, "t"));
    CHECK(platform::is_file(home.home.tree("t") + "/bin/cargo"));
    platform::remove_file(home.home.tree_index("t"));
    CHECK_FALSE(store::find_tree(home.home, "t"));
}

TEST_CASE("an index survives being written and read, odd names included", "[tree]") {
    store::TreeIndex index;
    index.header.component = {"rust-std", "x86_64-unknown-linux-gnu"};
    index.header.version = "1.95.0 \"quoted\"";
    index.header.encoding = "gz";
    index.header.hash = std::string(64, 'b');
    index.header.boot_id = "boot";
    index.header.payload = {{dist::PayloadLine::Kind::dir, "share/doc"}};
    index.files = {{"a \"b\"\n\\c", 0755, 1234567890123ULL, "00ff"}};
    const std::string text = store::serialise(index);
    const store::TreeIndex read = store::parse_tree_index(text, "t.json");
    CHECK(read.header.component == index.header.component);
    CHECK(read.header.version == index.header.version);
    CHECK(read.header.payload == index.header.payload);
    REQUIRE(read.files.size() == 1);
    CHECK(read.files[0].path == index.files[0].path);
    CHECK(read.files[0].size_bytes == 1234567890123ULL);
    const std::string line = text.substr(0, text.find('\n'));
    CHECK(store::parse_tree_header(line, "t.json").hash == index.header.hash);
}

TEST_CASE("a file whose name is no UTF-8 has its row in the index", "[tree]") {
    for (const std::string path :
         {"share/\xe9", "\xff", "\xed\xa0\x80", "share/\xc3\xa9", "[1]", ""}) {
        store::TreeIndex index;
        index.files = {{path, 0644, 1, ""}};
        const auto read = store::parse_tree_index(store::serialise(index), "t.json");
        REQUIRE(read.files.size() == 1);
        CHECK(read.files[0].path == path);
    }
}

TEST_CASE("a row that no writer writes is a damaged index", "[tree]") {
    store::TreeIndex index;
    index.files = {{"a", 0644, 1, "0f"}};
    const std::string good = store::serialise(index);
    const std::string row = R"(["a",420,1,"0f"])";
    REQUIRE(good.find(row) != std::string::npos);
    CHECK_NOTHROW(store::parse_tree_index(good, "t.json"));
    for (const std::string bad :
         {R"(["a",-1,1,"0f"])", R"(["a",4096,1,"0f"])", R"(["a",420,-1,"0f"])",
          R"(["a",420,1,"\"x"])", R"(["a",420,1,"0F"])",
          R"(["a",420,1,""])"
          ", 5",
          R"([["a"],420,1,"0f"])", R"([[256],420,1,"0f"])", R"([5,420,1,"0f"])"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(store::parse_tree_index(replace_all(good, row, bad), "t.json"),
                          Catch::Contains("'t.json' is damaged: an ill-formed row in 'files'"));
    }
}

TEST_CASE("a damaged index is an error that names the file", "[tree]") {
    StoreHome home;
    home.add_tree("cargo", "t", {{"bin/cargo", "x"}});
    for (const std::string text : {"", "{", "{}\n", "{\"format\":1,\"header\":{},\n", "null"}) {
        platform::save_file(home.home.tree_index("t"), text);
        CHECK_THROWS_WITH(store::find_tree(home.home, "t"), Catch::Contains("t.json"));
    }
}

TEST_CASE("a tree is known by the first usable hash in the order xz, gz, zst", "[tree]") {
    const std::vector<dist::Source> sources{source(dist::Encoding::xz, '1'),
                                            source(dist::Encoding::gz, '2')};
    CHECK(store::tree_name(sources) == std::string(64, '1'));
    const std::vector<dist::Source> evil{{dist::Encoding::xz, "u", "../../../etc"},
                                         source(dist::Encoding::gz, '2')};
    CHECK(store::tree_name(evil) == std::string(64, '2'));
    const std::vector<dist::Source> none{{dist::Encoding::xz, "u", "../x"}};
    CHECK_THROWS_AS(store::tree_name(none), Error);
}

TEST_CASE("a manifest vouches only for the very encoding and hash that were verified", "[tree]") {
    store::TreeHeader header;
    header.encoding = "gz";
    header.hash = std::string(64, '2');
    const std::vector<dist::Source> both{source(dist::Encoding::xz, '1'),
                                         source(dist::Encoding::gz, '2')};
    const std::vector<dist::Source> poisoned{source(dist::Encoding::xz, '1'),
                                             source(dist::Encoding::gz, '3')};
    CHECK(store::vouches(both, header));
    CHECK_FALSE(store::vouches(poisoned, header));
    CHECK(store::tree_name(both) == store::tree_name(poisoned));
    CHECK(store::own_tree_name(both) != store::own_tree_name(poisoned));
    CHECK(store::own_tree_name(both) != store::tree_name(both));
}

TEST_CASE("damage is found by size and by content", "[tree]") {
    StoreHome home;
    home.add_tree("cargo", "t", {{"bin/cargo", "12345"}, {"lib/a", "x"}, {"lib/b", "y"}});
    CHECK(store::find_damage(home.on, home.home, "t").empty());
    platform::save_file(home.home.tree("t") + "/bin/cargo", "54321");
    platform::save_file(home.home.tree("t") + "/lib/a", "longer");
    platform::remove_file(home.home.tree("t") + "/lib/b");
    CHECK(store::find_damage(home.on, home.home, "t").size() == 3);
}

TEST_CASE("marks of a tree are rewritten, and nothing else of it", "[tree]") {
    StoreHome home;
    home.add_tree("cargo", "t", {{"bin/cargo", "12345"}});
    store::mark_tree(home.home, "t", true, true,
                     StoreHome::exclusive(home.home, lock::Key::unpack("t")));
    const store::TreeIndex index = store::load_tree_index(home.home, "t");
    CHECK(index.header.synced);
    CHECK(index.header.damaged);
    CHECK(index.files.size() == 1);
    CHECK(platform::find_entries(home.home.staging()).empty());
}

TEST_CASE("unpacking begins with nothing of an earlier try", "[tree]") {
    StoreHome home;
    const lock::LockSet unpack = StoreHome::exclusive(home.home, lock::Key::unpack("t"));
    const dist::Component clippy{"clippy-preview", "x86_64-unknown-linux-gnu"};
    const std::string staging = store::prepare_unpacking(home.on, home.home, "t", clippy, unpack);
    platform::save_file(staging + "/junk", "x");
    platform::make_directories(home.home.tree("t"));  // Without index: a killed publisher's.
    store::prepare_unpacking(home.on, home.home, "t", clippy, unpack);
    REQUIRE(platform::find_entries(staging).size() == 1);
    CHECK(platform::find_entries(staging)[0].name == "component");
    CHECK(store::find_unpacked_component(home.home, "t") == clippy);
    CHECK_FALSE(store::find_unpacked_component(home.home, "other"));
    CHECK_FALSE(platform::is_directory(home.home.tree("t")));
}

TEST_CASE("a tree of another boot is read once, and remembered as whole or as damaged", "[tree]") {
    StoreHome home;
    home.add_tree("cargo", "whole", {{"bin/cargo", "x"}});
    home.add_tree("rustc", "short", {{"bin/rustc", "abc"}});
    home.add_tree("rls", "other", {{"bin/rls", "abc"}});
    platform::save_file(home.home.tree("short") + "/bin/rustc", "ab");
    platform::save_file(home.home.tree("other") + "/bin/rls", "abd");
    const auto check = [&home](const std::string& tree) {
        return store::check_tree(home.on, home.home, tree);
    };
    for (int round = 0; round < 2; ++round) {
        CHECK(check("whole") == store::Condition::whole);
        CHECK(check("short") == store::Condition::damaged);
        CHECK(check("other") == store::Condition::damaged);
        CHECK(store::find_tree(home.home, "whole")->synced);
        CHECK(store::find_tree(home.home, "short")->damaged);
        // What is known to be on the disk is not read again.
        platform::save_file(home.home.tree("whole") + "/bin/cargo", "another length");
    }
    CHECK(check("none") == store::Condition::absent);
    platform::save_file(home.home.tree_index("whole"), "{\"format\":1,\"hea");
    CHECK(check("whole") == store::Condition::damaged);
}
