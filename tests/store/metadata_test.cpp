#include "latchkey/store/metadata.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/file.hpp"
#include "store_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using store::agrees;
using store::Fingerprint;
using store::Tag;
using test::component;
using test::StoreHome;
using test::TempDir;

namespace {

const Fingerprint kPrint{"0011223344556677", "8899aabbccddeeff", 100, 1'700'000'000, 123'456'789};

Fingerprint with_components(Fingerprint print, const std::string& hash) {
    print.components = hash;
    return print;
}

}  // namespace

TEST_CASE("a directory's fingerprint changes with each of rustup's notes", "[metadata]") {
    TempDir dir;
    const std::string rustlib = dir.make("t/lib/rustlib") + "/";
    const std::string directory = dir / "t";
    CHECK(store::load_fingerprint(directory) == Fingerprint());
    std::vector<Fingerprint> seen{Fingerprint()};
    const auto expect_another = [&] {
        const Fingerprint now = store::load_fingerprint(directory);
        CHECK(std::ranges::find(seen, now) == seen.end());
        CHECK(store::load_fingerprint(directory) == now);
        seen.push_back(now);
    };
    platform::save_file(rustlib + "components", "rustc\n");
    expect_another();
    platform::save_file(rustlib + "components", "cargo\n");
    expect_another();
    platform::save_file(rustlib + "multirust-config.toml", "rustc\n");
    expect_another();
    platform::save_file(rustlib + "multirust-channel-manifest.toml", "1");
    expect_another();
    platform::save_file(rustlib + "multirust-channel-manifest.toml", "22");
    expect_another();
    platform::set_modification_time(rustlib + "multirust-channel-manifest.toml", 5, 6);
    expect_another();
    CHECK(seen.back().manifest_bytes == 2);
    CHECK(seen.back().manifest_seconds == 5);
    CHECK(seen.back().manifest_nanoseconds == 6);
    // Whatever else is in there.
    platform::save_file(rustlib + "rust-installer-version", "3");
    platform::save_file(directory + "/user", "x");
    CHECK(store::load_fingerprint(directory) == seen.back());
}

TEST_CASE("a note that is not there is no empty note", "[metadata]") {
    TempDir dir;
    dir.write("t/lib/rustlib/components", "");
    CHECK(store::load_fingerprint(dir / "t").components != "-");
    CHECK(store::load_fingerprint(dir / "t").config == "-");
}

TEST_CASE("a fingerprint survives being written and read", "[metadata]") {
    for (const Fingerprint& print :
         {kPrint, Fingerprint(), Fingerprint{"-", "0", UINT64_MAX, -1, 0},
          Fingerprint{"-", "-", 0, INT64_MAX, 999'999'999}}) {
        CAPTURE(serialise(print));
        CHECK(store::parse_fingerprint(serialise(print)) == print);
    }
}

TEST_CASE("words that are no fingerprint are none", "[metadata]") {
    for (const char* text :
         {"", "a", "a b 1 2", "a b 1 2 3 4", "a b x 2 3", "a b 1 x 3", "a b 1 2 x", "a b -1 2 3",
          "a b 1 2 -3", "a b 1 2 1000000000", "a b 1 - 3", "a b 1 9223372036854775808 3"}) {
        CAPTURE(text);
        CHECK_FALSE(store::parse_fingerprint(text));
    }
}

TEST_CASE("a directory agrees with what was written down of it, and with nothing else",
          "[metadata]") {
    CHECK(agrees(kPrint, kPrint, std::nullopt));
    Fingerprint other = kPrint;
    other.components = "-";
    CHECK_FALSE(agrees(other, kPrint, std::nullopt));
    other = kPrint;
    other.config = "-";
    CHECK_FALSE(agrees(other, kPrint, std::nullopt));
    other = kPrint;
    other.manifest_bytes = 101;
    CHECK_FALSE(agrees(other, kPrint, std::nullopt));
    other = kPrint;
    other.manifest_seconds += 1;
    CHECK_FALSE(agrees(other, kPrint, std::nullopt));
    other = kPrint;
    other.manifest_nanoseconds += 1;
    CHECK_FALSE(agrees(other, kPrint, std::nullopt));
}

TEST_CASE("an archive that keeps whole seconds only gives the same directory", "[metadata]") {
    Fingerprint found = kPrint;
    found.manifest_nanoseconds = 0;
    CHECK(agrees(found, kPrint, std::nullopt));
    // Not the other way round: what is more exact is another file.
    CHECK_FALSE(agrees(kPrint, found, std::nullopt));
    found.manifest_seconds += 1;
    CHECK_FALSE(agrees(found, kPrint, std::nullopt));
}

TEST_CASE("while a change is under way each note may be the old one or the new", "[metadata]") {
    Fingerprint intended = kPrint;
    intended.components = "new";
    intended.config = "new";
    CHECK(agrees(kPrint, kPrint, intended));
    CHECK(agrees(intended, kPrint, intended));
    CHECK(agrees(with_components(kPrint, "new"), kPrint, intended));
    CHECK(agrees(with_components(intended, kPrint.components), kPrint, intended));
    CHECK_FALSE(agrees(with_components(kPrint, "other"), kPrint, intended));
}

TEST_CASE("a tag survives being written and read, odd names included", "[metadata]") {
    TempDir dir;
    for (const std::string name : {"stable-x86_64-unknown-linux-gnu", "a\nb", "100%", "\xff"}) {
        for (const char* parent : {"", "fedcba9876543210"}) {
            dir.write("t/lib/rustlib/.latchkey",
                      store::serialise(Tag{name, 17, "0123456789abcdef", parent}));
            const auto tag = store::find_tag(dir / "t");
            REQUIRE(tag);
            CHECK(tag->toolchain == name);
            CHECK(tag->number == 17);
            CHECK(tag->word == "0123456789abcdef");
            CHECK(tag->parent == parent);
        }
    }
}

TEST_CASE("a tag that makes no sense is none", "[metadata]") {
    TempDir dir;
    CHECK_FALSE(store::find_tag(dir / "t"));
    const std::string good = store::serialise(Tag{"t", 17, "word", "parent"});
    for (const std::string& bad :
         {std::string(), std::string("\n\n\n\n"), replace_all(good, "tag 2", "tag 3"),
          replace_all(good, "toolchain ", "chain "), replace_all(good, "17", "x"),
          replace_all(good, "17 word", "17"), replace_all(good, " word", " "),
          replace_all(good, "parent parent\n", "")}) {
        CAPTURE(bad);
        dir.write("t/lib/rustlib/.latchkey", bad);
        CHECK_FALSE(store::find_tag(dir / "t"));
    }
}

TEST_CASE("any changed byte of a tag is noticed, and one of an earlier version is whole",
          "[metadata]") {
    Tag tag{"t", 17, "0123456789abcdef", "fedcba9876543210", kPrint, "00112233445566aa"};
    const std::string text = store::serialise(tag);
    CHECK(store::is_tag_whole(text, tag));
    REQUIRE(store::parse_tag(text));
    CHECK(store::parse_tag(text)->manifest == tag.manifest);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto parsed = store::parse_tag(changed);
        CAPTURE(changed);
        CHECK_FALSE((parsed && store::is_tag_whole(changed, *parsed)));
    }
    const std::string earlier = "latchkey-tag 2\ntoolchain t\ngeneration 17 word\nparent -\n";
    CHECK(store::is_tag_whole(earlier, *store::parse_tag(earlier)));
}

TEST_CASE("rustup's notes and ours are no component's files", "[metadata]") {
    for (const char* path :
         {"components", "rust-installer-version", "multirust-channel-manifest.toml",
          "multirust-config.toml", ".latchkey", ".latchkey-copy", "manifest-rustc"}) {
        CAPTURE(path);
        CHECK(store::is_metadata("lib/rustlib/" + std::string(path)));
        CHECK_FALSE(store::is_metadata(path));
    }
    for (const char* path : {"lib/rustlib/etc/lldb_commands", "lib/rustlib/manifest-dir/file",
                             "lib/rustlib/uninstall.sh", "bin/rustc", "lib/rustlib"}) {
        CAPTURE(path);
        CHECK_FALSE(store::is_metadata(path));
    }
}

TEST_CASE("no component may bring a note, or anything below one", "[metadata]") {
    for (const char* path : {"components", "components/file", "multirust-of-tomorrow", ".latchkey",
                             ".latchkey/file", "manifest-dir/file"}) {
        CAPTURE(path);
        CHECK(store::is_reserved("lib/rustlib/" + std::string(path)));
        CHECK_FALSE(store::is_reserved("share/" + std::string(path)));
    }
    for (const char* path :
         {"lib/rustlib/etc/components", "lib/rustlib/uninstall.sh", "lib/rustlib",
          "lib/rustlib/components-of-others", "bin/rustc", "lib"}) {
        CAPTURE(path);
        CHECK_FALSE(store::is_reserved(path));
    }
}

TEST_CASE("a directory says what it has by a list that is not empty", "[metadata]") {
    TempDir dir;
    CHECK_FALSE(store::has_component_list(dir / "t"));
    dir.write("t/lib/rustlib/components", "");
    CHECK_FALSE(store::has_component_list(dir / "t"));
    dir.write("t/lib/rustlib/components", "rustc\n");
    CHECK(store::has_component_list(dir / "t"));
}

TEST_CASE("components are read from the configuration, where there is one", "[metadata]") {
    TempDir dir;
    CHECK_FALSE(store::find_configured(dir / "t"));
    const std::vector<dist::Component> components{{"rustc", "x86_64-unknown-linux-gnu", false},
                                                  {"rust-src", std::nullopt, true}};
    const store::ListTexts texts = store::list_texts(components);
    CHECK(texts.components == "rustc-x86_64-unknown-linux-gnu\nrust-src\n");
    dir.write("t/lib/rustlib/multirust-config.toml", texts.config);
    CHECK(store::find_configured(dir / "t") == components);
    dir.write("t/lib/rustlib/multirust-config.toml", "[");
    CHECK(test::error_text([&] {
              store::find_configured(dir / "t");
          }).starts_with("could not parse Config file: '"));
}

TEST_CASE("what two lists will be is known before they are written", "[metadata]") {
    TempDir dir;
    dir.write("t/lib/rustlib/multirust-channel-manifest.toml", "m");
    const std::vector<dist::Component> components{component("rustc")};
    const store::ListTexts texts = store::list_texts(components);
    const Fingerprint expected = store::fingerprint_of(texts, store::load_fingerprint(dir / "t"));
    dir.write("t/lib/rustlib/components", texts.components);
    dir.write("t/lib/rustlib/multirust-config.toml", texts.config);
    CHECK(store::load_fingerprint(dir / "t") == expected);
}

TEST_CASE("a component's own list that is missing or makes no sense is corrupt", "[metadata]") {
    TempDir dir;
    const auto load = [&dir] { return store::load_payload(dir / "t", "rustc"); };
    CHECK(test::error_text(load) == "component manifest for 'rustc' is corrupt");
    dir.write("t/lib/rustlib/manifest-rustc", "file:../x\n");
    CHECK(test::error_text(load) == "component manifest for 'rustc' is corrupt");
    dir.write("t/lib/rustlib/manifest-rustc", "file:bin/rustc\ndir:share\n");
    CHECK(load() == std::vector<dist::PayloadLine>{{dist::PayloadLine::Kind::file, "bin/rustc"},
                                                   {dist::PayloadLine::Kind::dir, "share"}});
}
