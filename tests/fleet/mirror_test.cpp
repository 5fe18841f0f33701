#include "latchkey/fleet/mirror.hpp"

#include <catch2/catch.hpp>

#include "fleet/fixture.hpp"
#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::Mirrored;
using fleet::MirrorRequest;
using test::error_text;

namespace {

task::awaitable<int> take(fleet::Means& means, MirrorRequest request, Mirrored& mirrored) {
    mirrored = co_await fleet::mirror(means, std::move(request));
    co_return 0;
}

struct Mirroring : test::FleetFixture {
    std::string folder = dir / "mirror";

    Mirrored mirror(std::vector<std::string> names, std::optional<std::uint64_t> keep = {},
                    bool verify = false) {
        MirrorRequest request;
        request.folder = folder;
        request.wanted = wanted(std::move(names));
        request.keep = keep;
        request.verify = verify;
        Mirrored mirrored;
        test::run(loop, take(means, std::move(request), mirrored));
        return mirrored;
    }

    [[nodiscard]] std::string full(const std::string& path) const { return folder + "/" + path; }

    [[nodiscard]] bool offers(const std::string& date) const {
        return platform::is_file(full("dist/" + date + "/channel-rust-stable.toml")) &&
               platform::is_file(full("dist/" + date + "/rustc-stable.tar.xz"));
    }
};

}  // namespace

TEST_CASE("a mirror tells what it has fetched, and once", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "rustc");
    Mirrored first = f.mirror({"stable"});
    REQUIRE(first.releases.size() == 1);
    CHECK(first.releases[0].is_new);
    CHECK(first.releases[0].fetched == 1);
    CHECK(first.releases[0].fetched_bytes == 5);
    CHECK(first.releases[0].files ==
          std::vector<std::string>{
              "dist/2026-04-16/channel-rust-stable.toml",
              "dist/2026-04-16/channel-rust-stable.toml.sha256", "dist/channel-rust-stable.toml",
              "dist/channel-rust-stable.toml.sha256", "dist/2026-04-16/rustc-stable.tar.xz"});
    first = f.mirror({"stable"});
    CHECK_FALSE(first.releases[0].is_new);
    CHECK(first.releases[0].fetched == 0);
}

TEST_CASE("a release of a date has no undated manifest", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "rustc");
    f.mirror({"stable-2026-04-16"});
    CHECK(f.offers("2026-04-16"));
    CHECK_FALSE(platform::find_status(f.full("dist/channel-rust-stable.toml")));
}

TEST_CASE("the signature of the release before does not stay beside the next", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-03-05", "old");
    f.serve("dist/channel-rust-stable.toml.asc", "signed");
    CHECK(f.mirror({"stable"}).releases[0].is_signed);
    CHECK(platform::load_file(f.full("dist/channel-rust-stable.toml.asc")) == "signed");
    f.release("stable", "2026-04-16", "new");
    platform::remove_file(f.dir / "server/dist/channel-rust-stable.toml.asc");
    CHECK_FALSE(f.mirror({"stable"}).releases[0].is_signed);
    CHECK_FALSE(platform::find_status(f.full("dist/channel-rust-stable.toml.asc")));
    CHECK(platform::is_file(f.full("dist/2026-03-05/channel-rust-stable.toml.asc")));
}

TEST_CASE("a release stays until the next one is there", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-03-05", "old");
    f.mirror({"stable"});
    f.release("stable", "2026-04-16", "new");
    f.serve("dist/2026-04-16/rustc-stable.tar.xz", "bad");
    CHECK_THAT(error_text([&] { f.mirror({"stable"}, 1); }), Catch::StartsWith("checksum failed"));
    CHECK(f.offers("2026-03-05"));
    CHECK_THAT(platform::load_file(f.full("dist/channel-rust-stable.toml")),
               Catch::Contains("2026-03-05"));
    f.serve("dist/2026-04-16/rustc-stable.tar.xz", "new");
    const Mirrored mirrored = f.mirror({"stable"}, 1);
    REQUIRE(mirrored.removed.size() == 1);
    CHECK(mirrored.removed[0].date == "2026-03-05");
    CHECK(mirrored.removed[0].bytes == 3);
    CHECK(f.offers("2026-04-16"));
    CHECK_FALSE(f.offers("2026-03-05"));
}

TEST_CASE("of several releases those before a failure are there", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "rustc");
    CHECK_THAT(error_text([&] { f.mirror({"stable", "beta"}); }), Catch::Contains("'beta'"));
    CHECK(f.offers("2026-04-16"));
}

TEST_CASE("a release that is made anew on its day replaces what it was", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "first");
    f.mirror({"stable"});
    f.release("stable", "2026-04-16", "again");
    CHECK(f.mirror({"stable"}).releases[0].is_new);
    CHECK(platform::load_file(f.full("dist/2026-04-16/rustc-stable.tar.xz")) == "again");
}

TEST_CASE("a mirror is read again and mended without names", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "rustc");
    f.mirror({"stable"});
    platform::save_file(f.full("dist/2026-04-16/rustc-stable.tar.xz"), "rustC");
    const Mirrored mirrored = f.mirror({}, {}, true);
    CHECK(mirrored.brought_back == std::vector<std::string>{"dist/2026-04-16/rustc-stable.tar.xz"});
    CHECK(mirrored.verified == 3);
    CHECK(f.mirror({}, {}, true).brought_back.empty());
}

TEST_CASE("a mirror in a home is refused before anything is made", "[mirror]") {
    Mirroring f;
    f.release("stable", "2026-04-16", "rustc");
    platform::make_directories(f.dir / "home");
    f.folder = f.dir / "home/mirror";
    CHECK_THAT(error_text([&] { f.mirror({"stable"}); }), Catch::Contains("home of toolchains"));
    CHECK_FALSE(platform::find_status(f.folder));
}
