#include "latchkey/fleet/bundle.hpp"

#include <catch2/catch.hpp>

#include "fleet/fixture.hpp"
#include "latchkey/base/error.hpp"
#include "latchkey/fleet/offer.hpp"
#include "latchkey/net/tar_members.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using fleet::Bundled;
using fleet::BundleRequest;
using test::error_text;

namespace {

task::awaitable<int> take_bundle(fleet::Means& means, BundleRequest request, Bundled& bundled) {
    bundled = co_await fleet::bundle(means, std::move(request));
    co_return 0;
}

struct Bundling : test::FleetFixture {
    std::string file = dir / "rust.tar";
    std::string output;

    Bundled bundle(std::vector<std::string> names, bool to_file = true) {
        BundleRequest request;
        request.wanted = wanted(std::move(names));
        if (to_file) request.file = file;
        request.output = [this](std::span<const std::byte> bytes) {
            output.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        };
        request.work = dir / "work";
        Bundled bundled;
        test::run(loop, take_bundle(means, std::move(request), bundled));
        return bundled;
    }

    [[nodiscard]] bool has_work() const { return platform::find_status(dir / "work").has_value(); }
};

}  // namespace

TEST_CASE("a bundle has what a mirror would have", "[bundle]") {
    Bundling f;
    f.release("stable", "2026-04-16", "rustc");
    const Bundled bundled = f.bundle({"stable"});
    const auto members = net::find_tar_members(platform::open_file(f.file, O_RDONLY), f.file);
    REQUIRE(members);
    CHECK(members->size() == 5);
    CHECK(members->contains("dist/2026-04-16/rustc-stable.tar.xz"));
    CHECK(bundled.files == 5);
    CHECK(bundled.hash == Sha256::of(platform::load_file(f.file)).hex());
    CHECK(bundled.bytes == platform::load_file(f.file).size());
    CHECK(fleet::Offer::load(f.file).only_name() == "stable");
    CHECK_FALSE(f.has_work());
}

TEST_CASE("a bundle goes to an output with the same bytes", "[bundle]") {
    Bundling f;
    f.release("stable", "2026-04-16", "rustc");
    f.bundle({"stable"});
    f.bundle({"stable"}, false);
    CHECK(f.output == platform::load_file(f.file));
    CHECK_FALSE(f.has_work());
}

TEST_CASE("what an earlier call has left is not in the bundle of another selection", "[bundle]") {
    Bundling f;
    f.release("stable", "2026-04-16", "rustc");
    CHECK_FALSE(error_text([&] { f.bundle({"stable", "beta"}); }) == "no error");
    CHECK(f.has_work());
    f.release("beta", "2026-05-02", "rustc");
    f.bundle({"beta"});
    CHECK(fleet::Offer::load(f.file).names() == std::vector<std::string>{"beta"});
    CHECK_FALSE(f.has_work());
}

TEST_CASE("a failure leaves the file as it was, and no folder of an output", "[bundle]") {
    Bundling f;
    platform::save_file(f.file, "before");
    CHECK_THAT(error_text([&] { f.bundle({"stable"}); }), Catch::Contains("no release 'stable'"));
    CHECK(platform::load_file(f.file) == "before");
    CHECK_FALSE(error_text([&] { f.bundle({"stable"}, false); }) == "no error");
    CHECK_FALSE(f.has_work());
}
