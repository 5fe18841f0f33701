#include "latchkey/dist/change_texts.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

const Component kClippy{"clippy-preview", kHost};
const Component kStdWasm{"rust-std", kWasm};
const Component kSrc{"rust-src", {}};

}  // namespace

TEST_CASE("texts name a target only where it is not the toolchain's own", "[texts]") {
    const auto m = ExampleManifest().parse();
    CHECK(up_to_date_text(m, kClippy, kHost) == "component clippy is up to date");
    CHECK(up_to_date_text(m, kSrc, kHost) == "component rust-src is up to date");
    CHECK(up_to_date_text(m, kStdWasm, kHost) ==
          "component rust-std for target wasm32-unknown-unknown is up to date");
    CHECK(skipping_text(m, kClippy, kHost) == "skipping unavailable component clippy");
    CHECK(skipping_text(m, kStdWasm, kHost) ==
          "skipping unavailable component rust-std for target wasm32-unknown-unknown");
}

TEST_CASE("a name in one word has a target only where it is another one", "[texts]") {
    const auto m = ExampleManifest().parse();
    CHECK(compact_name_for(m, kClippy, kHost) == "clippy");
    CHECK(compact_name_for(m, kSrc, kHost) == "rust-src");
    CHECK(compact_name_for(m, kStdWasm, kHost) == "rust-std-wasm32-unknown-unknown");
}

TEST_CASE("an update removes previous versions, a removal removes", "[texts]") {
    const auto m = ExampleManifest().parse();
    CHECK(removing_text(m, kClippy, kHost, true) ==
          "removing previous version of component clippy");
    CHECK(removing_text(m, kStdWasm, kHost, true) ==
          "removing previous version of component rust-std for target wasm32-unknown-unknown");
    CHECK(removing_text(m, kClippy, kHost, false) == "removing component clippy");
    CHECK(removing_text(m, kStdWasm, kHost, false) ==
          "removing component rust-std for target wasm32-unknown-unknown");
}

TEST_CASE("one download is called by its name, more are counted", "[texts]") {
    const auto m = ExampleManifest().parse();
    const std::vector<Component> all{kStdWasm, kClippy, kSrc};
    CHECK(downloading_text(m, std::span(all).first(1)) == "downloading component rust-std");
    CHECK(downloading_text(m, std::span(all).first(2)) == "downloading 2 components");
    CHECK(downloading_text(m, all) == "downloading 3 components");
}

TEST_CASE("the newest release is told by date and version", "[texts]") {
    auto m = ExampleManifest().parse();
    CHECK(latest_update_text(m) ==
          "latest update on 2026-04-16 for version 1.95.0 (59807616e 2026-04-14)");
    m.packages.erase("rust");
    CHECK(latest_update_text(m) == "latest update on 2026-04-16");
}

TEST_CASE("a skipped nightly tells what it lacks", "[texts]") {
    const auto m = ExampleManifest().parse();
    const std::vector<Component> all{kClippy, kStdWasm, kSrc};
    CHECK(skipping_nightly_text(m, std::span(all).first(1), kHost) ==
          "skipping nightly with missing component: clippy");
    CHECK(skipping_nightly_text(m, all, kHost) ==
          "skipping nightly with missing components: clippy, rust-std-wasm32-unknown-unknown, "
          "rust-src");
}
