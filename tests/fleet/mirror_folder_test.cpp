#include "mirror_folder.hpp"

#include <catch2/catch.hpp>

#include "expiry.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/base/permit_mint.hpp"
#include "latchkey/base/sha256.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "recheck.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using fleet::Archive;
using fleet::MirrorFolder;
using test::error_text;

namespace {

constexpr const char* kManifest = "dist/channel-rust-stable.toml";

std::string hash_of(std::string_view text) {
    return Sha256::of(text).hex();
}

Archive archive(const std::string& name, std::string_view text) {
    return {"dist/2026-04-16/" + name, "https://static.rust-lang.org/dist/2026-04-16/" + name,
            hash_of(text), name};
}

/// A mirror's folder, and what lies in it.
struct Folder {
    test::TempDir dir;
    const OnWorker on = PermitMint::worker();
    MirrorFolder mirror{dir / "mirror"};

    Folder() { mirror.load(); }

    [[nodiscard]] std::string full(const std::string& path) const {
        return mirror.path() + "/" + path;
    }

    void put(const std::string& path, std::string_view text) const {
        platform::make_directories(platform::folder_of(full(path)));
        platform::save_file(full(path), text);
    }

    /// As if it had been downloaded.
    void bring(const Archive& wanted, std::string_view text) {
        REQUIRE(mirror.find_missing(on, {wanted}).size() == 1);
        platform::save_file(mirror.part(wanted.hash), text);
        mirror.place(wanted);
    }

    void publish(const std::string& path, std::string_view text) {
        mirror.claim(path, std::string(text));
        mirror.publish({{path, std::string(text)}});
    }

    /// A release with one archive of its own.
    void add_release(const std::string& channel, const std::string& date, const Archive& needed) {
        const std::string manifest = "manifest-version = \"2\"\ndate = \"" + date + "\"\n";
        const std::string path = "dist/" + date + "/channel-rust-" + channel + ".toml";
        publish(path, manifest);
        publish(path + ".sha256", hash_of(manifest));
        mirror.ledger.releases.push_back(
            {channel, date, hash_of(manifest), {needed.path}, false, true});
    }
};

}  // namespace

TEST_CASE("what a mirror has is not missing, also for the next process", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    f.bring(one, "1");
    CHECK(platform::load_file(f.full(one.path)) == "1");
    CHECK(f.mirror.find_missing(f.on, {one}).empty());
    f.mirror.save();
    MirrorFolder next(f.mirror.path());
    next.load();
    CHECK(next.ledger == f.mirror.ledger);
    CHECK(next.find_missing(f.on, {one}).empty());
}

TEST_CASE("an archive of another size or content is missing again", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    f.bring(one, "1");
    f.put(one.path, "12");
    CHECK(f.mirror.find_missing(f.on, {one}) == std::vector<Archive>{one});
    platform::remove_file(f.full(one.path));
    CHECK(f.mirror.find_missing(f.on, {one}) == std::vector<Archive>{one});
}

TEST_CASE("a process that was killed behind the rename has brought it all the same",
          "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    REQUIRE(f.mirror.find_missing(f.on, {one}).size() == 1);
    f.mirror.save();
    f.put(one.path, "1");
    MirrorFolder next(f.mirror.path());
    next.load();
    CHECK(next.find_missing(f.on, {one}).empty());
    CHECK(next.ledger.files[one.path].own);
    CHECK(next.ledger.files[one.path].size_bytes == 1);
}

TEST_CASE("what was there before is used if it is right, and stays", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    f.put(one.path, "1");
    CHECK(f.mirror.find_missing(f.on, {one}).empty());
    CHECK_FALSE(f.mirror.ledger.files[one.path].own);
    CHECK(f.mirror.remove_archive(one.path) == 0);
    CHECK(platform::is_file(f.full(one.path)));
}

TEST_CASE("what was there before and is wrong is in the way", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    f.put(one.path, "2");
    CHECK_THAT(error_text([&] { f.mirror.find_missing(f.on, {one}); }),
               Catch::Contains("'" + f.full(one.path) + "' is not of this mirror's making"));
    platform::remove_file(f.full(one.path));
    platform::make_directories(f.full(one.path));
    CHECK_THAT(error_text([&] { f.mirror.find_missing(f.on, {one}); }),
               Catch::Contains("move it out of the way"));
}

TEST_CASE("a note of somebody else's that says the same may be claimed, no other",
          "[mirror_folder]") {
    Folder f;
    f.put(kManifest, "a");
    f.mirror.claim(kManifest, "a");
    CHECK(f.mirror.ledger.notes.empty());
    CHECK_FALSE(error_text([&] { f.mirror.claim(kManifest, "b"); }) == "no error");
    CHECK_FALSE(error_text([&] { f.mirror.claim(kManifest, std::nullopt); }) == "no error");
    f.mirror.remove_note(kManifest);
    CHECK(f.mirror.find_note(kManifest) == "a");
}

TEST_CASE("notes are replaced, and one that the server lacks goes", "[mirror_folder]") {
    Folder f;
    const std::string signature = std::string(kManifest) + ".asc";
    f.publish(kManifest, "a");
    f.publish(signature, "signed");
    f.mirror.claim(signature, std::nullopt);
    f.mirror.publish({{kManifest, "b"}, {signature, std::nullopt}});
    CHECK(f.mirror.find_note(kManifest) == "b");
    CHECK_FALSE(f.mirror.find_note(signature));
    f.mirror.claim(signature, std::nullopt);
    CHECK(f.mirror.ledger.notes == std::set<std::string>{kManifest});
}

TEST_CASE("an archive goes with what lies beside it and with an empty folder", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "12345");
    f.bring(one, "12345");
    f.mirror.add_note(one.path + ".sha256", "sum");
    CHECK(f.mirror.remove_archive(one.path) == 5);
    CHECK(f.mirror.ledger == fleet::Ledger());
    CHECK_FALSE(platform::find_status(f.full("dist/2026-04-16")));
    CHECK(platform::is_directory(f.full("dist")));
}

TEST_CASE("what lies beside an archive of somebody else's stays as it is", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    f.put(one.path + ".sha256", "his");
    f.bring(one, "1");
    f.mirror.add_note(one.path + ".sha256", "ours");
    CHECK(f.mirror.find_note(one.path + ".sha256") == "his");
}

TEST_CASE("parts that nobody needs are swept", "[mirror_folder]") {
    Folder f;
    const Archive one = archive("one.tar.xz", "1");
    REQUIRE(f.mirror.find_missing(f.on, {one}).size() == 1);
    platform::save_file(f.mirror.part(one.hash), "");
    platform::save_file(f.mirror.part("note-0"), "");
    f.mirror.sweep_parts();
    CHECK(platform::is_file(f.mirror.part(one.hash)));
    CHECK_FALSE(platform::find_status(f.mirror.part("note-0")));
}

TEST_CASE("a mirror is not made in a home of toolchains", "[mirror_folder]") {
    test::TempDir dir;
    platform::make_directories(dir / "home/toolchains");
    platform::make_directories(dir / "other/toolchains");
    platform::save_file(dir / "other/settings.toml", "");
    fleet::check_mirror_folder(dir / "mirror", dir / "home");
    fleet::check_mirror_folder(dir / "homes", dir / "home");
    for (const char* path : {"home", "home/mirror/deep", "other", "other/mirror"}) {
        CHECK_THAT(error_text([&] { fleet::check_mirror_folder(dir / path, dir / "home"); }),
                   Catch::Contains("the home of toolchains"));
    }
}

TEST_CASE("a release goes with the archives that no other has", "[expiry]") {
    Folder f;
    const Archive shared = archive("shared.tar.xz", "s");
    const Archive old = archive("old.tar.xz", "old");
    f.bring(shared, "s");
    f.bring(old, "old");
    f.add_release("stable", "2026-03-05", old);
    f.mirror.ledger.releases.back().archives.insert(shared.path);
    f.add_release("stable", "2026-04-16", shared);
    const auto wanted =
        fleet::parse_wanted(std::vector<std::string>{"stable"}, {}, "x86_64-unknown-linux-gnu");
    const auto removed = fleet::expire(f.on, f.mirror, wanted, 1);
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].date == "2026-03-05");
    CHECK(removed[0].bytes == 3);
    CHECK_FALSE(platform::find_status(f.full(old.path)));
    CHECK(platform::is_file(f.full(shared.path)));
    CHECK_FALSE(platform::find_status(f.full("dist/2026-03-05")));
    CHECK(platform::is_file(f.full("dist/2026-04-16/channel-rust-stable.toml.sha256")));
    MirrorFolder next(f.mirror.path());
    next.load();
    CHECK(next.ledger.releases.size() == 1);
    CHECK(fleet::expire(f.on, f.mirror, wanted, 1).empty());
}

TEST_CASE("what is damaged is found, whosever it is", "[recheck]") {
    Folder f;
    const Archive own = archive("own.tar.xz", "own");
    const Archive his = archive("his.tar.xz", "his");
    f.bring(own, "own");
    f.put(his.path, "his");
    REQUIRE(f.mirror.find_missing(f.on, {his}).empty());
    f.add_release("stable", "2026-04-16", own);
    fleet::Rechecked found = fleet::recheck(f.on, f.mirror);
    CHECK(found.files == 3);
    CHECK((found.bad.empty() && found.foreign.empty() && found.manifests.empty()));
    f.put(own.path, "owm");
    f.put(his.path, "hiz");
    f.put("dist/2026-04-16/channel-rust-stable.toml", "");
    found = fleet::recheck(f.on, f.mirror);
    REQUIRE(found.bad.size() == 1);
    CHECK(found.bad[0] == own);
    CHECK(found.foreign == std::vector<std::string>{his.path});
    CHECK(found.manifests == std::vector<std::string>{"dist/2026-04-16/channel-rust-stable.toml"});
}
