#include "materialise.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;
using toolchain::Supplies;
using Strings = std::vector<std::string>;

namespace {

void materialise(ToolchainFixture& f, const Strings& pkgs, Supplies& supplies) {
    std::vector<transfer::Artifact> artifacts;
    for (const std::string& pkg : pkgs) artifacts.push_back(ToolchainFixture::artifact(pkg));
    test::run(f.loop, toolchain::materialise(f.services, "t", std::move(artifacts), supplies));
}

}  // namespace

TEST_CASE("the artifacts with the most work come first", "[materialise]") {
    ToolchainFixture f;
    Supplies supplies;
    materialise(f, {"a", "cargo", "rust-std", "rustc", "rust-docs"}, supplies);
    CHECK(f.transfer->brought == Strings{"rustc", "rust-docs", "rust-std", "cargo", "a"});
    CHECK(supplies.find(ToolchainFixture::artifact("cargo")) != nullptr);
}

TEST_CASE("what a toolchain has is not brought for another", "[materialise]") {
    ToolchainFixture f;
    f.transfer->contents["a"] = {{"bin/a", "a"}};
    const dist::Manifest manifest = ToolchainFixture::manifest({"a"});
    f.change("other", ToolchainFixture::steps(manifest, ToolchainFixture::plan({"a"}, {"a"})));
    f.transfer->brought.clear();
    Supplies supplies;
    materialise(f, {"a", "b"}, supplies);
    CHECK(f.transfer->brought == Strings{"b"});
    const store::Supply* const supply = supplies.find(ToolchainFixture::artifact("a"));
    REQUIRE(supply != nullptr);
    REQUIRE(supply->from);
    CHECK(supply->from->toolchain == "other");
}

TEST_CASE("what arrived and was not taken is found", "[materialise]") {
    ToolchainFixture f;
    {
        Supplies given_up;
        materialise(f, {"a"}, given_up);
    }
    Supplies supplies;
    materialise(f, {"a"}, supplies);
    CHECK(f.transfer->brought == Strings{"a"});
}

TEST_CASE("what is counted on stays pinned until it is forgotten", "[materialise]") {
    ToolchainFixture f;
    const lock::Key pin = lock::Key::pin(store::tree_name(ToolchainFixture::artifact("a").sources));
    {
        Supplies supplies;
        materialise(f, {"a"}, supplies);
        CHECK_FALSE(f.store.is_free(pin));
        supplies.forget(std::nullopt);
        CHECK(supplies.find(ToolchainFixture::artifact("a")) == nullptr);
        CHECK_FALSE(f.store.is_free(pin));
    }
    CHECK(f.store.is_free(pin));
}

TEST_CASE("of several bad archives the first in the manifest's order is told", "[materialise]") {
    ToolchainFixture f;
    f.transfer->failures.emplace("a", Error(Errc::corrupt, "bad a"));
    f.transfer->failures.emplace("rustc", Error(Errc::corrupt, "bad rustc"));
    Supplies supplies;
    CHECK(test::error_text([&] {
              materialise(f, {"a", "rustc"}, supplies);
          }) == "component download failed for a: bad a");
    CHECK(f.transfer->brought == Strings{"rustc", "a"});
}

TEST_CASE("a line that fails ends the others at once", "[materialise]") {
    ToolchainFixture f;
    f.transfer->failures.emplace("rustc", Error(Errc::unreachable, "no line"));
    Supplies supplies;
    CHECK(test::error_text([&] {
              materialise(f, {"a", "rustc"}, supplies);
          }) == "component download failed for rustc: no line");
    CHECK(f.transfer->brought == Strings{"rustc"});
}
