#include "latchkey/store/tree.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/comparison.hpp"
#include "packed_text.hpp"
#include "store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::component;
using test::StoreHome;
using test::TempDir;

namespace {

dist::Source source(dist::Encoding encoding, char digit) {
    return {encoding, "https://x/y", std::string(64, digit)};
}

/// Of one file, and everything else empty.
store::TreeIndex index_of(const std::string& path) {
    store::TreeIndex index;
    index.files = {{path, 0644, 1, "0f", -3, 5}};
    return index;
}

void save_index(const StoreHome& home, const std::string& tree, const store::TreeIndex& index) {
    platform::save_file(home.home.tree_index(tree), store::serialise(index));
}

/// As if the tree had been unpacked in a boot that is over.
void make_old(const StoreHome& home, const std::string& tree) {
    store::TreeIndex index = *store::find_tree_index(home.home, tree);
    index.header.boot_id = "another";
    save_index(home, tree, index);
}

bool check(const StoreHome& home, const std::string& tree) {
    const lock::LockSet unpack = home.exclusive(lock::Key::unpack(tree));
    return store::check_arrived(home.on, home.home, tree, unpack);
}

}  // namespace

TEST_CASE("an index survives being written and read, odd names included", "[tree]") {
    store::TreeIndex index;
    index.header.component = {"rust-std", "x86_64-unknown-linux-gnu", true};
    index.header.version = "1.95.0 \"quoted\"";
    index.header.encoding = "gz";
    index.header.hash = std::string(64, 'b');
    index.header.boot_id = "boot";
    index.header.parts = {
        {index.header.component.full_name(), {{dist::PayloadLine::Kind::dir, "share/doc"}}}};
    index.files = {{"a \"b\"\n\\c", 0755, 1234567890123ULL, "00ff", -7, 999'999'999}};
    index.directories = {"a", "a/\xff", "a/b \"c\""};
    const std::string text = store::serialise(index);
    const store::TreeIndex read = store::parse_tree_index(text, "t.json");
    CHECK(read.header.component == index.header.component);
    CHECK(read.header.component.is_extension);
    CHECK(read.header.version == index.header.version);
    CHECK(read.header.parts == index.header.parts);
    CHECK(read.header.boot_id == "boot");
    REQUIRE(read.files.size() == 1);
    CHECK(read.files[0].path == index.files[0].path);
    CHECK(read.files[0].mode == 0755);
    CHECK(read.files[0].size_bytes == 1234567890123ULL);
    CHECK(read.files[0].xxh3_128 == "00ff");
    CHECK(read.files[0].mtime_seconds == -7);
    CHECK(read.files[0].mtime_nanoseconds == 999'999'999);
    CHECK(read.directories == index.directories);
}

TEST_CASE("the index of a combined component keeps each part of it", "[tree]") {
    store::TreeIndex index;
    index.header.component = component("rust");
    index.header.parts = {{"rustc", {{dist::PayloadLine::Kind::file, "bin/rustc"}}},
                          {"rust-docs", {{dist::PayloadLine::Kind::dir, "share/doc"}}}};
    const std::string text = store::serialise(index);
    CHECK(store::parse_tree_index(text, "t.json").header.parts == index.header.parts);
    const std::string line = store::serialise_header_line(index.header);
    CHECK(store::parse_tree_header(line, "t.json").parts == index.header.parts);
}

TEST_CASE("an index's first line is its header, and can be read alone", "[tree]") {
    store::TreeIndex index = index_of("a");
    index.header.component = component("cargo");
    index.header.hash = std::string(64, 'b');
    const std::string text = store::serialise(index);
    const std::string line = text.substr(0, text.find('\n'));
    CHECK(line == store::serialise_header_line(index.header));
    CHECK(store::parse_tree_header(line, "t.json").hash == index.header.hash);
    CHECK_THROWS_WITH(store::parse_tree_header(line.substr(0, line.size() - 1), "t.json"),
                      Catch::Contains("'t.json' is damaged: cut off"));
}

TEST_CASE("a file whose name is no UTF-8 has its row in the index", "[tree]") {
    for (const std::string path :
         {"share/\xe9", "\xff", "\xed\xa0\x80", "share/\xc3\xa9", "[1]", ""}) {
        const auto read = store::parse_tree_index(store::serialise(index_of(path)), "t.json");
        REQUIRE(read.files.size() == 1);
        CHECK(read.files[0].path == path);
    }
}

TEST_CASE("a row that no writer writes is a damaged index", "[tree]") {
    const std::string good = store::serialise(index_of("a"));
    const std::string row = R"(["a",420,1,"0f",-3,5])";
    REQUIRE(good.find(row) != std::string::npos);
    CHECK_NOTHROW(store::parse_tree_index(good, "t.json"));
    for (const std::string bad :
         {R"(["a",-1,1,"0f",-3,5])", R"(["a",4096,1,"0f",-3,5])", R"(["a",420,-1,"0f",-3,5])",
          R"(["a",420,1,"\"x",-3,5])", R"(["a",420,1,"0F",-3,5])", R"(["a",420,1,"0f"])",
          R"(["a",420,1,"0f",-3,5,6])", R"(["a",420,1,"0f",-3,-1])",
          R"(["a",420,1,"0f",-3,1000000000])", R"(["a",420,1,"0f","x",5])",
          R"([["a"],420,1,"0f",-3,5])", R"([[256],420,1,"0f",-3,5])", R"([5,420,1,"0f",-3,5])",
          "5"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(store::parse_tree_index(replace_all(good, row, bad), "t.json"),
                          Catch::Contains("'t.json' is damaged: an ill-formed row in 'files'"));
    }
}

TEST_CASE("a tree is known exactly while its index can be read", "[tree]") {
    StoreHome home;
    CHECK_FALSE(store::find_tree(home.home, "t"));
    CHECK_FALSE(store::find_tree_index(home.home, "t"));
    home.publish("cargo", "t", {{"bin/cargo", "x"}});
    REQUIRE(store::find_tree(home.home, "t"));
    CHECK(store::find_tree(home.home, "t")->component == component("cargo"));
    CHECK(store::find_tree_index(home.home, "t")->files.size() == 1);
    // What did not reach the disk before the machine went down.
    const std::string good = platform::load_file(home.home.tree_index("t"));
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("{}\n"), std::string("null"),
          std::string("{\"format\":2,\"header\":{},\n"), good.substr(0, 40),
          std::string(good.size(), '\0')}) {
        CAPTURE(text);
        platform::save_file(home.home.tree_index("t"), text);
        CHECK_FALSE(store::find_tree(home.home, "t"));
        CHECK_FALSE(store::find_tree_index(home.home, "t"));
    }
}

TEST_CASE("an index of a newer format is unsupported", "[tree]") {
    StoreHome home;
    home.publish("cargo", "t", {{"bin/cargo", "x"}});
    const std::string text = *test::find_unpacked(home.home.tree_index("t"));
    platform::save_file(home.home.tree_index("t"),
                        replace_all(text, "\"format\":2", "\"format\":3"));
    const std::string expected =
        "'" + home.home.tree_index("t") + "' was written by a newer Latchkey";
    CHECK(test::error_text([&] { (void)store::find_tree(home.home, "t"); }) == expected);
    CHECK(test::error_text([&] { (void)store::find_tree_index(home.home, "t"); }) == expected);
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

TEST_CASE("unpacking begins with nothing of an earlier try", "[tree]") {
    StoreHome home;
    const lock::LockSet unpack = home.exclusive(lock::Key::unpack("t"));
    const dist::Component clippy{"clippy-preview", "x86_64-unknown-linux-gnu"};
    const std::string staging = store::prepare_unpacking(home.on, home.home, "t", clippy, unpack);
    CHECK(staging == home.home.staging(lock::Key::unpack("t")));
    platform::save_file(staging + "/junk", "x");
    store::prepare_unpacking(home.on, home.home, "t", clippy, unpack);
    CHECK(home.list(staging) == std::vector<std::string>{"component"});
}

TEST_CASE("what is being unpacked is told to people, where that is known", "[tree]") {
    StoreHome home;
    const lock::LockSet unpack = home.exclusive(lock::Key::unpack("t"));
    const dist::Component clippy{"clippy-preview", "x86_64-unknown-linux-gnu"};
    const std::string staging = store::prepare_unpacking(home.on, home.home, "t", clippy, unpack);
    CHECK(store::find_unpacked_component(home.home, "t") == clippy);
    CHECK_FALSE(store::find_unpacked_component(home.home, "other"));
    for (const char* text : {"", "clippy", "clippy x86", "a b c\n"}) {
        platform::save_file(staging + "/component", text);
        CHECK_FALSE(store::find_unpacked_component(home.home, "t"));
    }
    store::prepare_unpacking(home.on, home.home, "t", component("rust-src"), unpack);
    CHECK(store::find_unpacked_component(home.home, "t") == component("rust-src"));
}

TEST_CASE("a published tree has arrived, and its staging is gone", "[tree]") {
    StoreHome home;
    home.publish("cargo", "t", {{"bin/cargo", "x"}});
    CHECK(platform::load_file(home.home.arrived("t") + "/bin/cargo") == "x");
    CHECK(home.is_staging_empty());
    CHECK(check(home, "t"));
}

TEST_CASE("an index without its tree has not arrived, nor a tree without its index", "[tree]") {
    StoreHome home;
    home.publish("cargo", "t", {{"bin/cargo", "x"}});
    platform::remove_tree(home.on, home.home.arrived("t"));
    CHECK_FALSE(check(home, "t"));
    home.publish("cargo", "u", {{"bin/cargo", "x"}});
    platform::remove_file(home.home.tree_index("u"));
    CHECK_FALSE(check(home, "u"));
    CHECK_FALSE(platform::find_status(home.home.arrived("u")));  // Nobody can tell if it is whole.
}

TEST_CASE("a tree that is unpacked again replaces the one that arrived", "[tree]") {
    StoreHome home;
    home.publish("cargo", "t", {{"bin/cargo", "damaged"}});
    home.publish("cargo", "t", {{"bin/cargo", "whole"}});
    CHECK(platform::load_file(home.home.arrived("t") + "/bin/cargo") == "whole");
}

TEST_CASE("the same content unpacked again gets the times and modes of the first", "[tree]") {
    StoreHome home;
    const store::TreeIndex first = home.publish("cargo", "t", {{"bin/cargo", "x"}});
    const std::string file = home.home.arrived("t") + "/bin/cargo";
    // The toolchain that took it has it with these times.
    store::TreeIndex known = first;
    known.files[0].mtime_seconds -= 1000;
    known.files[0].mode = 0750;  // Of another umask.
    save_index(home, "t", known);
    home.publish("cargo", "t", {{"bin/cargo", "x"}});
    CHECK(store::looks_unchanged(*platform::find_status(file), known.files[0]));
    CHECK(store::find_tree_index(home.home, "t")->files[0].mtime_seconds ==
          known.files[0].mtime_seconds);
    // Another content has its own.
    home.publish("cargo", "t", {{"bin/cargo", "y"}});
    CHECK(store::find_tree_index(home.home, "t")->files[0].mtime_seconds !=
          known.files[0].mtime_seconds);
}

TEST_CASE("a tree that arrived in an earlier boot is read, and deleted where it is damaged",
          "[tree]") {
    StoreHome home;
    home.publish("cargo", "whole", {{"bin/cargo", "x"}});
    home.publish("rustc", "short", {{"bin/rustc", "abc"}});
    home.publish("rls", "other", {{"bin/rls", "abc"}});
    home.publish("rls", "index", {{"bin/rls", "abc"}});
    platform::save_file(home.home.arrived("short") + "/bin/rustc", "ab");
    platform::save_file(home.home.arrived("other") + "/bin/rls", "abd");
    // In the boot in which they were unpacked there is nothing to doubt.
    CHECK(check(home, "short"));
    for (const char* tree : {"whole", "short", "other"}) make_old(home, tree);
    platform::save_file(home.home.tree_index("index"), "{\"format\":2,\"hea");
    CHECK(check(home, "whole"));
    for (const char* tree : {"short", "other", "index", "none"}) {
        CAPTURE(tree);
        CHECK_FALSE(check(home, tree));
        CHECK_FALSE(platform::find_status(home.home.arrived(tree)));
    }
}
