#include "latchkey/lock/key.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "latchkey/base/hash.hpp"

using namespace latchkey;
using lock::Key;
using lock::Kind;

namespace {

std::vector<Key> one_of_each_kind(const std::string& name) {
    return {Key::toolchain(name), Key::unpack(name), Key::pin(name),   Key::use("home/t", name),
            Key::directory(name), Key::settings(),   Key::cargo_home()};
}

}  // namespace

TEST_CASE("a key's byte is the one that the file's format says", "[key]") {
    // XXH3_64("") is published; the others are this format's, for ever.
    CHECK(Key::settings().lane() == 16 * (0x2d06800538d394c2ULL >> 5) + 2 * 5);
    CHECK(Key::cargo_home().lane() == 16 * (0x2d06800538d394c2ULL >> 5) + 2 * 6);
    const std::uint64_t base = 16 * (xxh3_64("clippy") >> 5);
    CHECK(Key::toolchain("clippy").lane() == base);
    CHECK(Key::unpack("clippy").lane() == base + 2);
    CHECK(Key::pin("clippy").lane() == base + 4);
    CHECK(Key::use("home/t", "clippy").lane() == 16 * (xxh3_64("home/t/clippy") >> 5) + 6);
    CHECK(Key::use_all("away/17/t").lane() == 16 * (xxh3_64("away/17/t/*") >> 5) + 6);
    CHECK(Key::directory("away/17/t").lane() == 16 * (xxh3_64("away/17/t") >> 5) + 8);
    CHECK(Key::unpack("clippy").mark() == base + 3);
}

TEST_CASE("every byte and every mark lies below 2^63, where the kernel's offsets end", "[key]") {
    constexpr std::uint64_t kEnd = 1ULL << 63;
    std::uint64_t highest = 0;
    for (int i = 0; i < 100'000; ++i) {
        const Key key = Key::use("home/t", "component-" + std::to_string(i));
        REQUIRE(key.mark() < kEnd);
        highest = std::max(highest, key.lane());
    }
    CHECK(highest > kEnd - kEnd / 1000);  // And the whole space is used.
    CHECK(16 * (UINT64_MAX >> 5) + 2 * static_cast<std::uint64_t>(Kind::cargo_home) + 1 < kEnd);
}

TEST_CASE("two kinds never share a byte, nor a byte with a mark", "[key]") {
    for (const std::string name : {"", "a", "stable-x86_64-unknown-linux-gnu"}) {
        std::set<std::uint64_t> offsets_in_lane;
        for (const Key& key : one_of_each_kind(name)) {
            CHECK(key.lane() % 2 == 0);
            CHECK(key.mark() == key.lane() + 1);
            CHECK(offsets_in_lane.insert(key.lane() % 16).second);
            CHECK(offsets_in_lane.insert(key.mark() % 16).second);
        }
    }
}

TEST_CASE("two keys are one if kind and name are", "[key]") {
    CHECK(Key::pin("a") == Key::pin("a"));
    CHECK_FALSE(Key::pin("a") == Key::unpack("a"));
    CHECK_FALSE(Key::pin("a") == Key::pin("b"));
    CHECK_FALSE(Key::use("home/t", "a") == Key::use("away/1/t", "a"));
    CHECK(Key::directory("away/3/t").name() == "away/3/t");
    CHECK(Key::use("away/3/t", "clippy").name() == "away/3/t/clippy");
    CHECK(Key::use_all("home/t") == Key::use("home/t", "*"));
}

TEST_CASE("messages call each kind by the design's word", "[key]") {
    std::vector<std::string> words;
    for (const Key& key : one_of_each_kind("x")) words.emplace_back(lock::kind_name(key.kind()));
    CHECK(words == std::vector<std::string>{"toolchain", "unpack", "pin", "use", "directory",
                                            "settings", "cargo-home"});
}

TEST_CASE("a key comes back from its file name, whatever is in its name", "[key]") {
    std::vector<Key> keys = {Key::settings(), Key::cargo_home()};
    for (const std::string name :
         {"plain", "%", "%2F", "%25", "%252F", "%2f", "a b", " ", ".", "..", "a.b.c", "ends.", "*",
          "1.80-x86_64-unknown-linux-gnu", "\n", "käse", "unpack.unpack", "home", "away"}) {
        for (const std::string& folder : {std::string("home/"), std::string("away/17/")}) {
            const std::string place = folder + name;
            keys.push_back(Key::directory(place));
            keys.push_back(Key::use(place, "clippy"));
            keys.push_back(Key::use_all(place));
            keys.push_back(Key::use(place, name));
        }
        for (const std::string& any : {std::string(name), std::string("a/") + name}) {
            keys.push_back(Key::toolchain(any));
            keys.push_back(Key::unpack(any));
            keys.push_back(Key::pin(any));
        }
    }
    for (const std::string name : {"/", "//", "home/t"}) keys.push_back(Key::unpack(name));
    keys.push_back(Key::directory("away/0/t"));
    keys.push_back(Key::directory("away/18446744073709551615/t"));
    for (const Key& key : keys) {
        const std::string file_name = key.file_name();
        CAPTURE(key.name(), file_name);
        CHECK(file_name.find('/') == std::string::npos);
        CHECK(file_name != ".");
        CHECK(file_name != "..");
        const auto parsed = Key::parse_file_name(file_name);
        REQUIRE(parsed);
        CHECK(*parsed == key);
        CHECK(parsed->lane() == key.lane());
    }
    CHECK(Key::directory("away/17/stable").file_name() == "directory.away%2F17%2Fstable");
    CHECK(Key::use("home/stable", "clippy").file_name() == "use.home%2Fstable%2Fclippy");
    CHECK(Key::use_all("home/stable").file_name() == "use.home%2Fstable%2F*");
    CHECK(Key::settings().file_name() == "settings.");
}

TEST_CASE("a file name that no key writes is nobody's", "[key]") {
    for (const std::string name : {"",
                                   ".",
                                   "..",
                                   "unpack",
                                   "unpack.",
                                   "toolchain.",
                                   "pin.",
                                   "pack.x",
                                   "Unpack.x",
                                   "unpack.a/b",
                                   "unpack.%",
                                   "unpack.%2f",
                                   "unpack.%41",
                                   "unpack.100%",
                                   "settings.x",
                                   "cargo-home.x",
                                   "cargo_home.",
                                   "generation.stable%2F17",  // Of the format before.
                                   "directory.",
                                   "directory.stable",
                                   "directory.home",
                                   "directory.home%2F",
                                   "directory.home%2Fa%2Fb",
                                   "directory.home/t",
                                   "directory.%2Ft",
                                   "directory.Home%2Ft",
                                   "directory.away%2F17",
                                   "directory.away%2F17%2F",
                                   "directory.away%2F%2Ft",
                                   "directory.away%2Fx%2Ft",
                                   "directory.away%2F017%2Ft",
                                   "directory.away%2F+1%2Ft",
                                   "directory.away%2F-1%2Ft",
                                   "directory.away%2F1%2Ft%2Fclippy",
                                   "directory.away%2F99999999999999999999%2Ft",
                                   "use.",
                                   "use.clippy",
                                   "use.home%2Ft",
                                   "use.home%2Ft%2F",
                                   "use.home%2F%2Fclippy",
                                   "use.home%2Ft%2Fa%2Fb",
                                   "use.away%2F17%2Ft",
                                   "use.away%2F017%2Ft%2Fclippy",
                                   "use.%2Fclippy"}) {
        CAPTURE(name);
        CHECK_FALSE(Key::parse_file_name(name));
    }
}
