#include "channel_files.hpp"

#include <catch2/catch.hpp>

#include "fleet/fixture.hpp"
#include "latchkey/base/error.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::ChannelFiles;
using test::error_text;

namespace {

constexpr const char* kPath = "dist/channel-rust-stable.toml";

task::awaitable<int> take_files(fleet::Means& means, std::optional<std::string> known,
                                ChannelFiles& files) {
    const auto wanted = test::FleetFixture::wanted({"stable"});
    files = co_await fleet::fetch_channel_files(means, wanted.front().name, std::move(known));
    co_return 0;
}

struct Asking : test::FleetFixture {
    ChannelFiles ask(std::optional<std::string> known = std::nullopt) {
        ChannelFiles files;
        test::run(loop, take_files(means, std::move(known), files));
        return files;
    }
};

}  // namespace

TEST_CASE("a release's files come byte for byte", "[channel_files]") {
    Asking f;
    f.release("stable", "2026-04-16", "rustc");
    ChannelFiles files = f.ask();
    CHECK(files.text == platform::load_file(f.dir / "server/" + kPath));
    CHECK(files.checksum == platform::load_file(f.dir / "server/" + kPath + ".sha256"));
    CHECK(files.hash == Sha256::of(files.text).hex());
    CHECK(files.manifest.date == "2026-04-16");
    CHECK_FALSE(files.signature);
    f.serve(std::string(kPath) + ".asc", "signed");
    files = f.ask();
    CHECK(files.signature == "signed");
}

TEST_CASE("a manifest that is at hand is not fetched again", "[channel_files]") {
    Asking f;
    f.release("stable", "2026-04-16", "rustc");
    const std::string text = f.ask().text;
    platform::remove_file(f.dir / "server/" + kPath);
    CHECK(f.ask(text).text == text);
    CHECK_THAT(error_text([&] { f.ask("another"); }),
               Catch::Contains("the server has no release 'stable'"));
}

TEST_CASE("a release that the server lacks is told with its address", "[channel_files]") {
    Asking f;
    CHECK_THAT(error_text([&] { f.ask(); }),
               Catch::Contains("channel-rust-stable.toml.sha256' does not exist"));
}

TEST_CASE("a manifest and a checksum that differ are refused", "[channel_files]") {
    Asking f;
    f.release("stable", "2026-04-16", "rustc");
    f.serve(std::string(kPath) + ".sha256", std::string(64, '0'));
    CHECK_THAT(error_text([&] { f.ask(); }), Catch::StartsWith("checksum failed for '"));
    for (const std::string& bad : {std::string("short"), std::string(64, 'x')}) {
        f.serve(std::string(kPath) + ".sha256", bad);
        CHECK_THAT(error_text([&] { f.ask(); }), Catch::Contains("is malformed"));
    }
}

TEST_CASE("a manifest whose date could be another path is refused", "[channel_files]") {
    Asking f;
    for (const char* date : {"../..", "2026-4-16", "2026-04-1x", "2026-04-161", ""}) {
        const std::string text =
            std::string("manifest-version = \"2\"\ndate = \"") + date + "\"\n[pkg]\n";
        f.serve(kPath, text);
        f.serve(std::string(kPath) + ".sha256", Sha256::of(text).hex());
        CHECK_THAT(error_text([&] { f.ask(); }), Catch::Contains("has a date that is none"));
    }
}
