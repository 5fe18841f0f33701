#include "latchkey/fleet/offer.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using fleet::Offer;
using test::error_text;

namespace {

/// A folder with manifests of these names.
struct Offering {
    test::TempDir dir;

    explicit Offering(std::initializer_list<const char*> manifests) {
        for (const char* manifest : manifests) {
            const std::string path = dir / "dist/" + manifest;
            platform::make_directories(platform::folder_of(path));
            platform::save_file(path, "");
        }
    }

    [[nodiscard]] Offer offer() const { return Offer::load(dir.path()); }
};

void require(const Offer& offer, const char* name) {
    offer.require(dist::parse_official_name(name));
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a mirror offers its releases, a dated copy not by itself", "[offer]") {
    const Offering f{"channel-rust-stable.toml", "channel-rust-stable.toml.sha256",
                     "2026-04-16/channel-rust-stable.toml", "2026-01-01/channel-rust-nightly.toml",
                     "notes.txt"};
    CHECK(f.offer().names() == Names{"nightly-2026-01-01", "stable"});
    CHECK_THAT(error_text([&] { (void)f.offer().only_name(); }),
               Catch::Contains("name the one to install: nightly-2026-01-01, stable"));
}

TEST_CASE("one release need not be named", "[offer]") {
    const Offering f{"channel-rust-1.95.0.toml", "2026-04-16/channel-rust-1.95.0.toml"};
    CHECK(f.offer().only_name() == "1.95.0");
}

TEST_CASE("what is not there is told with what there is", "[offer]") {
    const Offering f{"channel-rust-stable.toml", "2026-04-16/channel-rust-stable.toml"};
    const Offer offer = f.offer();
    require(offer, "stable");
    require(offer, "stable-2026-04-16");
    require(offer, "stable-x86_64-unknown-linux-gnu");
    for (const char* name : {"beta", "stable-2026-04-17", "1.95.0"}) {
        CHECK_THAT(error_text([&] { require(offer, name); }),
                   Catch::Contains(std::string("has no release '") + name + "', only: stable"));
    }
}

TEST_CASE("what is neither a mirror nor a bundle is told", "[offer]") {
    const Offering f{"notes.txt"};
    for (const std::string& path : {f.dir.path(), f.dir / "dist", f.dir / "dist/notes.txt"}) {
        CHECK_THAT(error_text([&] { Offer::load(path); }),
                   Catch::Contains("is neither a mirror nor a bundle"));
    }
    CHECK_THAT(error_text([&] { Offer::load(f.dir / "none"); }), Catch::Contains("does not exist"));
}

TEST_CASE("a mirror is asked by a file URL", "[offer]") {
    const Offering f{"channel-rust-stable.toml"};
    CHECK(f.offer().server() == "file://" + f.dir.path());
}
