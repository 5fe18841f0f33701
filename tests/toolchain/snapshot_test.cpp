#include "snapshot.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;
using toolchain::Question;
using toolchain::Snapshot;

namespace {

Snapshot load(ToolchainFixture& f, toolchain::KnownManifest known = nullptr,
              Question question = Question::everything) {
    return test::run(f.loop, toolchain::load_snapshot(f.services, "t", std::move(known), question));
}

void install_rustc(ToolchainFixture& f, const dist::Manifest& manifest) {
    f.transfer->contents["rustc"] = {{"bin/rustc", "a compiler"}};
    f.change("t", ToolchainFixture::steps(manifest, ToolchainFixture::plan({"rustc"}, {"rustc"})));
}

const dist::Manifest kRustc = ToolchainFixture::manifest({"rustc"});

}  // namespace

TEST_CASE("a name that nothing has is not installed", "[snapshot]") {
    ToolchainFixture f;
    const Snapshot snapshot = load(f);
    CHECK_FALSE(snapshot.installed());
    CHECK_FALSE(snapshot.usable);
    CHECK(snapshot.manifest() == nullptr);
    CHECK(snapshot.component_list().empty());
}

TEST_CASE("a toolchain of ours is as its state says", "[snapshot]") {
    ToolchainFixture f;
    install_rustc(f, kRustc);
    const Snapshot snapshot = load(f);
    CHECK(snapshot.usable);
    CHECK_FALSE(snapshot.changed_by_others);
    CHECK(snapshot.component_list() == std::vector{test::component("rustc")});
    REQUIRE(snapshot.manifest());
    CHECK(snapshot.manifest()->date == kRustc.date);
    CHECK(snapshot.manifest_hash == "hash");
}

TEST_CASE("a manifest that is known is not read again, unless it is another one", "[snapshot]") {
    ToolchainFixture f;
    install_rustc(f, kRustc);
    const Snapshot first = load(f);
    CHECK(load(f, first.installed_manifest).installed_manifest == first.installed_manifest);
    install_rustc(f, ToolchainFixture::manifest({"rustc"}, "2"));
    const Snapshot second = load(f, first.installed_manifest);
    CHECK(second.installed_manifest != first.installed_manifest);
    CHECK(second.manifest()->packages.at("rustc").version == "2");
}

TEST_CASE("a toolchain that rustup has replaced is as its directory says", "[snapshot]") {
    ToolchainFixture f;
    install_rustc(f, kRustc);
    platform::remove_tree(f.store.on, f.store.home.toolchain("t"));
    f.store.manifest = dist::serialise(ToolchainFixture::manifest({"cargo"}));
    f.store.add_plain("t", "cargo", {{"bin/cargo", "cargo"}});
    const Snapshot snapshot = load(f);
    CHECK(snapshot.changed_by_others);
    CHECK(snapshot.component_list() == std::vector{test::component("cargo")});
}

TEST_CASE("a toolchain without its compiler is not usable", "[snapshot]") {
    ToolchainFixture f;
    install_rustc(f, kRustc);
    platform::remove_file(f.store.path("t", "bin/rustc"));
    const Snapshot snapshot = load(f);
    CHECK(snapshot.installed());
    CHECK_FALSE(snapshot.usable);
    CHECK_FALSE(toolchain::find_update_hash(f.store.home, "t", snapshot).has_value());
}

TEST_CASE("a list that cannot be read is no error for who asks for the release", "[snapshot]") {
    ToolchainFixture f;
    f.store.manifest = dist::serialise(kRustc);
    f.store.add_plain("t", "rustc", {{"bin/rustc", "a compiler"}});
    platform::save_file(f.store.home.toolchain("t") + "/lib/rustlib/multirust-config.toml",
                        "not = [toml");
    CHECK(test::error_text([&] { load(f); }) != "no error");
    const Snapshot snapshot = load(f, nullptr, Question::release);
    CHECK_FALSE(snapshot.usable);
    REQUIRE(snapshot.manifest());
    CHECK(snapshot.manifest()->date == kRustc.date);
}
