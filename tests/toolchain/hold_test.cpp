#include "hold.hpp"

#include <catch2/catch.hpp>

#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;
using toolchain::Snapshot;

namespace {

Snapshot usable_snapshot() {
    auto manifest = std::make_shared<toolchain::InstalledManifest>();
    manifest->parsed = ToolchainFixture::manifest({"rustc"});
    Snapshot snapshot;
    snapshot.usable = true;
    snapshot.installed_manifest = manifest;
    snapshot.current.state.emplace();
    return snapshot;
}

}  // namespace

TEST_CASE("a toolchain is held if its state says so", "[hold]") {
    Snapshot snapshot = usable_snapshot();
    CHECK_FALSE(toolchain::is_held(snapshot));
    snapshot.current.state->held = 0;
    CHECK(toolchain::is_held(snapshot));
    snapshot.current.state.reset();
    CHECK_FALSE(toolchain::is_held(snapshot));
}

TEST_CASE("a toolchain that cannot be used is mended, held or not", "[hold]") {
    Snapshot snapshot = usable_snapshot();
    snapshot.current.state->held = 7;
    snapshot.usable = false;
    CHECK_FALSE(toolchain::is_held(snapshot));
    snapshot.usable = true;
    snapshot.installed_manifest = nullptr;
    CHECK_FALSE(toolchain::is_held(snapshot));
}

TEST_CASE("the line about a hold names the toolchain, its release and the way out", "[hold]") {
    auto manifest = std::make_shared<toolchain::InstalledManifest>();
    manifest->parsed.emplace();
    manifest->parsed->date = "2026-04-16";
    const auto name = dist::ToolchainName::parse("stable-x86_64-unknown-linux-gnu");
    REQUIRE(name);
    CHECK(toolchain::held_text(*name, manifest) ==
          "stable-x86_64-unknown-linux-gnu is held at 2026-04-16 since a rollback; `rustup update "
          "--unhold stable-x86_64-unknown-linux-gnu` releases it");
    manifest->parsed->packages["rust"].version = "1.95.0 (59807616e 2026-04-14)";
    CHECK(toolchain::held_text(*name, manifest).find(" held at 1.95.0 (59807616e 2026-04-14) ") !=
          std::string::npos);
}
