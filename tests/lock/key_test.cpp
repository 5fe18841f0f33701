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
    return {Key::toolchain(name),      Key::unpack(name), Key::pin(name),   Key::use(name),
            Key::generation(name, 17), Key::settings(),   Key::cargo_home()};
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
    CHECK(Key::use("clippy").lane() == base + 6);
    CHECK(Key::generation("t", 17).lane() == 16 * (xxh3_64("t/17") >> 5) + 8);
    CHECK(Key::unpack("clippy").mark() == base + 3);
}

TEST_CASE("every byte and every mark lies below 2^63, where the kernel's offsets end", "[key]") {
    constexpr std::uint64_t kEnd = 1ULL << 63;
    std::uint64_t highest = 0;
    for (int i = 0; i < 100'000; ++i) {
        const Key key = Key::use("tree-" + std::to_string(i));
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
    CHECK_FALSE(Key::pin("a") == Key::use("a"));
    CHECK_FALSE(Key::pin("a") == Key::pin("b"));
    CHECK(Key::generation("t", 3).name() == "t/3");
}

TEST_CASE("messages call each kind by the design's word", "[key]") {
    std::vector<std::string> words;
    for (const Key& key : one_of_each_kind("x")) words.emplace_back(lock::kind_name(key.kind()));
    CHECK(words == std::vector<std::string>{"toolchain", "unpack", "pin", "use", "generation",
                                            "settings", "cargo-home"});
}

TEST_CASE("a key comes back from its file name, whatever is in its name", "[key]") {
    for (const std::string name :
         {"plain", "a/b", "/", "//", "%", "%2F", "%25", "%252F", "%2f", "a b", " ", ".", "..",
          "a.b.c", "ends.", "1.80-x86_64-unknown-linux-gnu", "\n", "käse", "unpack.unpack"}) {
        for (const Key& key : one_of_each_kind(name)) {
            const std::string file_name = key.file_name();
            CAPTURE(name, file_name);
            CHECK(file_name.find('/') == std::string::npos);
            CHECK(file_name != ".");
            CHECK(file_name != "..");
            const auto parsed = Key::parse_file_name(file_name);
            REQUIRE(parsed);
            CHECK(*parsed == key);
            CHECK(parsed->lane() == key.lane());
        }
    }
    CHECK(Key::generation("stable", 17).file_name() == "generation.stable%2F17");
    CHECK(Key::settings().file_name() == "settings.");
}

TEST_CASE("a file name that no key writes is nobody's", "[key]") {
    for (const std::string name : {"",
                                   ".",
                                   "..",
                                   "unpack",
                                   "unpack.",
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
                                   "generation.stable",
                                   "generation.stable%2F",
                                   "generation.stable%2F017",
                                   "generation.stable%2Fx",
                                   "generation.%2F1",
                                   "generation.stable%2F99999999999999999999"}) {
        CAPTURE(name);
        CHECK_FALSE(Key::parse_file_name(name));
    }
}
