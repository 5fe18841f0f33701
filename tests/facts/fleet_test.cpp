#include "latchkey/facts/fleet.hpp"

#include <catch2/catch.hpp>

using namespace latchkey;
using fleet::Bundled;
using fleet::Mirrored;
using fleet::MirroredRelease;

namespace {

MirroredRelease release(const std::string& name, bool is_new, std::uint64_t fetched) {
    MirroredRelease made;
    made.name = name;
    made.date = "2026-04-16";
    made.manifest_hash = std::string(64, 'a');
    made.is_new = is_new;
    made.archives = 3;
    made.fetched = fetched;
    made.fetched_bytes = fetched * 1024;
    return made;
}

}  // namespace

TEST_CASE("a mirror's releases are told, and what came of them", "[fleet]") {
    Mirrored mirrored;
    mirrored.releases = {release("stable", true, 3), release("beta", false, 0)};
    CHECK(facts::mirror_text(mirrored) ==
          "stable 2026-04-16: new release, 3 archives, 3 of them new (3.0 KiB)\n"
          "beta 2026-04-16: unchanged, 3 archives\n");
    mirrored.releases[1].archives = 1;
    CHECK(facts::mirror_text(mirrored).ends_with("beta 2026-04-16: unchanged, 1 archive\n"));
}

TEST_CASE("what went from a mirror and what came back is told", "[fleet]") {
    Mirrored mirrored;
    mirrored.removed = {{"stable", "2026-03-05", 2048}};
    mirrored.brought_back = {"dist/a.tar.xz"};
    mirrored.verified = 1;
    CHECK(facts::mirror_text(mirrored) ==
          "stable 2026-03-05: removed, which freed 2.0 KiB\n"
          "dist/a.tar.xz: was damaged or gone, and is back\n"
          "1 file verified\n");
    CHECK(facts::mirror_text(Mirrored()).empty());
}

TEST_CASE("a mirror's document has the same", "[fleet]") {
    Mirrored mirrored;
    mirrored.releases = {release("stable", true, 3)};
    mirrored.removed = {{"beta", "2026-03-05", 7}};
    mirrored.brought_back = {"dist/a"};
    mirrored.verified = 9;
    const boost::json::object document = facts::mirror_document("/srv/rust", mirrored);
    CHECK(document.at("kind") == "mirror");
    CHECK(document.at("folder") == "/srv/rust");
    const boost::json::object& value = document.at("releases").as_array().at(0).as_object();
    CHECK(value.at("name") == "stable");
    CHECK(value.at("new") == true);
    CHECK(value.at("signed") == false);
    CHECK(value.at("fetched_bytes").to_number<int>() == 3072);
    CHECK(document.at("removed").as_array().at(0).as_object().at("bytes").to_number<int>() == 7);
    CHECK(document.at("brought_back").as_array().at(0) == "dist/a");
    CHECK(document.at("verified").to_number<int>() == 9);
}

TEST_CASE("a folder that is no text has its bytes beside it", "[fleet]") {
    const boost::json::object document = facts::mirror_document("/srv/\xff", Mirrored());
    CHECK(document.at("folder_bytes").as_array().size() == 6);
    CHECK_FALSE(facts::mirror_document("/srv", Mirrored()).contains("folder_bytes"));
}

TEST_CASE("a bundle is told with its hash", "[fleet]") {
    Bundled bundled;
    bundled.releases = {release("stable", true, 3)};
    bundled.files = 12;
    bundled.bytes = 4096;
    bundled.hash = std::string(64, 'b');
    CHECK(facts::bundle_text("/tmp/rust.tar", bundled) ==
          "stable 2026-04-16: 3 archives\n"
          "/tmp/rust.tar: 12 files, 4.0 KiB, sha256 " +
              bundled.hash + "\n");
    const boost::json::object document = facts::bundle_document("/tmp/rust.tar", bundled);
    CHECK(document.at("file") == "/tmp/rust.tar");
    CHECK(document.at("sha256") == bundled.hash.c_str());
    CHECK(document.at("files").to_number<int>() == 12);
    CHECK(document.at("releases").as_array().size() == 1);
}
