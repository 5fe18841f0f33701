#include "latchkey/store/inspection.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/store/metadata.hpp"
#include "store_home.hpp"

using namespace latchkey;
using store::Flaw;
using test::component;
using test::StoreHome;
using Strings = std::vector<std::string>;

namespace {

void install(const StoreHome& home) {
    home.commit("t", {home.arrived("a", "a1", {{"bin/a", "aaaa"}}),
                      home.arrived("b", "b1", {{"bin/b", "bbbb"}, {"lib/b", "bb"}})});
}

std::string note(const StoreHome& home, const std::string& name) {
    return home.path("t", "lib/rustlib/" + name);
}

std::optional<store::State> described(const StoreHome& home) {
    return store::find_described(home.home, home.current("t"));
}

/// "components is missing", …
Strings flaws(const StoreHome& home) {
    const store::State state = home.load_state("t");
    const auto expected = store::list_expected(home.home, "t", state);
    Strings texts;
    for (const auto& each : store::find_note_flaws(home.home, "t", state, expected)) {
        texts.push_back(each.name + " " + std::string(store::describe(each.flaw)) +
                        (each.text ? "" : ", unknown"));
    }
    return texts;
}

}  // namespace

TEST_CASE("what is expected are the files of the indexes, where they are", "[inspection]") {
    StoreHome home;
    install(home);
    platform::remove_file(home.home.tree_index("a1"));
    const auto expected = store::list_expected(home.home, "t", home.load_state("t"));
    REQUIRE(expected.size() == 2);
    CHECK_FALSE(expected[0].known);
    CHECK(expected[0].files.empty());
    CHECK(expected[1].known);
    REQUIRE(expected[1].files.size() == 2);
    CHECK(expected[1].files[0].directory == home.home.toolchain("t"));
    CHECK(expected[1].files[0].file.path == "bin/b");
    CHECK(expected[1].payload_notes.count("manifest-b") == 1);
}

TEST_CASE("each damaged note is found, and its text known where something tells it",
          "[inspection]") {
    StoreHome home;
    install(home);
    CHECK(flaws(home).empty());
    const std::map<std::string, std::string> notes{{"components", ""},
                                                   {"multirust-config.toml", ""},
                                                   {"rust-installer-version", ""},
                                                   {"manifest-a", ""},
                                                   {"multirust-channel-manifest.toml", ", unknown"},
                                                   {".latchkey", ""}};
    for (const auto& [name, end] : notes) {
        const std::string path = note(home, name);
        const auto before = platform::find_status(path);
        const std::string text = platform::load_file(path);
        std::string changed = text;
        changed[0] = static_cast<char>(changed[0] ^ 1);
        platform::save_file(path, changed);
        platform::set_modification_time(path, before->mtime_seconds, before->mtime_nanoseconds);
        CHECK(flaws(home) == Strings{name + " has another content" + end});
        platform::remove_file(path);
        CHECK(flaws(home) == Strings{name + " is missing" + end});
        platform::make_link("elsewhere", path);
        CHECK(flaws(home) == Strings{name + " is not a regular file" + end});
        platform::remove_file(path);
        platform::save_file(path, text);
        platform::set_modification_time(path, before->mtime_seconds, before->mtime_nanoseconds);
        CHECK(flaws(home).empty());
    }
}

TEST_CASE("damaged notes are the state's still; lists that somebody changed together are not",
          "[inspection]") {
    StoreHome home;
    install(home);
    CHECK(described(home));
    const std::string list = platform::load_file(note(home, "components"));
    const auto only_b = store::list_texts(std::vector{component("b")});
    platform::save_file(note(home, "components"), "c\n");
    CHECK(described(home));
    platform::save_file(note(home, "components"), only_b.components);
    CHECK(described(home));
    platform::save_file(note(home, "multirust-config.toml"), only_b.config);
    CHECK_FALSE(described(home));
}

TEST_CASE("a tag that is damaged is the state's if all else is; another tag is another directory's",
          "[inspection]") {
    StoreHome home;
    install(home);
    platform::remove_file(note(home, ".latchkey"));
    CHECK(described(home));
    platform::save_file(note(home, ".latchkey"), "nonsense");
    CHECK(described(home));
    platform::save_file(note(home, "components"), "c\n");
    CHECK_FALSE(described(home));
    StoreHome other;
    install(other);
    platform::save_file(note(other, ".latchkey"),
                        store::serialise(store::Tag{"t", 1, "another", ""}));
    CHECK_FALSE(described(other));
}

TEST_CASE("a directory that no state describes is nobody's to verify", "[inspection]") {
    StoreHome home;
    home.add_plain("t", "a", {{"bin/a", "aaaa"}});
    CHECK_FALSE(described(home));
}

TEST_CASE("a manifest is found in another toolchain of the same release, if it is whole there",
          "[inspection]") {
    StoreHome home;
    install(home);
    const store::State state = home.load_state("t");
    const auto find = [&] { return store::find_manifest_elsewhere(home.home, "t", state); };
    CHECK_FALSE(find());
    home.commit("twin", {home.arrived("c", "c1", {{"bin/c", "cccc"}})});
    CHECK(find() == home.manifest);
    platform::save_file(home.path("twin", "lib/rustlib/multirust-channel-manifest.toml"),
                        std::string(home.manifest.size(), 'x'));
    CHECK_FALSE(find());
}

TEST_CASE("extra is what no component has, and notes of components that are not there",
          "[inspection]") {
    StoreHome home;
    install(home);
    platform::save_file(home.path("t", "bin/mine"), "mine");
    platform::save_file(note(home, "manifest-mine"), "file:bin/mine\n");
    const auto extra = store::list_extra(home.on, home.home, home.home.toolchain("t"),
                                         home.load_state("t").components);
    CHECK(extra == Strings{"bin/mine", "lib/rustlib/manifest-mine"});
}
