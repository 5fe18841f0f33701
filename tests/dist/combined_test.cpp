#include "latchkey/dist/combined.hpp"

#include <catch2/catch.hpp>

using namespace latchkey::dist;

TEST_CASE("a release of before 2016 is a manifest of one package with one source", "[combined]") {
    const std::string hash(64, 'a');
    const Manifest manifest = combined_manifest("1.5.0", "http://a/dist/rust.tar.gz", hash);
    const Component component = combined_component();
    CHECK(component.full_name() == "rust");
    REQUIRE(manifest.is_available(component));
    CHECK(manifest.find(component)->sources ==
          std::vector<Source>{{Encoding::gz, "http://a/dist/rust.tar.gz", hash}});
    CHECK(manifest.short_name(component) == "rust");
    CHECK(manifest.display_name(component) == "rust");
    CHECK(manifest.rust_version() == "1.5.0");
}
