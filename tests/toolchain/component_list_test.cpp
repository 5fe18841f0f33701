#include "latchkey/toolchain/component_list.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "latchkey/dist/component_status.hpp"
#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using test::ToolchainFixture;

namespace {

const std::string kListedHost = "x86_64-unknown-linux-gnu";

dist::ToolchainName listed_toolchain() {
    return *dist::ToolchainName::parse("stable-" + kListedHost);
}

/// rustc and clippy for the host; clippy for another one, too.
dist::Manifest manifest_with_rust() {
    dist::Manifest manifest = ToolchainFixture::manifest({"rustc", "clippy", "rust"});
    const dist::PackageTarget tool = manifest.packages.at("clippy").targets.at("*");
    manifest.packages.at("clippy").targets = {{kListedHost, tool}, {"other-host", tool}};
    dist::PackageTarget rust = tool;
    rust.components = {test::component("rustc"), {"clippy", kListedHost, true}};
    manifest.packages.at("rust").targets = {{kListedHost, rust}};
    return manifest;
}

void install_listed(ToolchainFixture& f, const dist::Manifest& manifest) {
    f.transfer->contents["rustc"] = {{"bin/rustc", "a compiler"}};
    f.change(listed_toolchain().str(),
             ToolchainFixture::steps(manifest, ToolchainFixture::plan({"rustc"}, {"rustc"})));
}

std::vector<std::string> list_rows(const toolchain::Inventory& inventory) {
    std::vector<std::string> found;
    for (const auto& each :
         dist::component_statuses(inventory.manifest(), kListedHost, inventory.components)) {
        found.push_back(fmt::format("{} {} {}", each.name, each.installed, each.available));
    }
    return found;
}

}  // namespace

TEST_CASE("a list of components is what an inventory has, of less", "[component_list]") {
    ToolchainFixture f;
    const dist::Manifest manifest = manifest_with_rust();
    install_listed(f, manifest);
    const toolchain::Inventory list = toolchain::load_list(f.store.home, listed_toolchain());
    CHECK(list_rows(list) ==
          std::vector<std::string>{"clippy-" + kListedHost + " false true", "rustc true true"});
    CHECK_FALSE(list.manifest().packages.at("clippy").targets.contains("other-host"));
}

TEST_CASE("what somebody else has written is read whole for a list", "[component_list]") {
    ToolchainFixture f;
    const dist::Manifest manifest = manifest_with_rust();
    install_listed(f, manifest);
    f.store.dir.write(
        "toolchains/" + listed_toolchain().str() + "/lib/rustlib/multirust-channel-manifest.toml",
        dist::serialise(manifest) + "\n");
    const toolchain::Inventory list = toolchain::load_list(f.store.home, listed_toolchain());
    CHECK(list.manifest() == manifest);
}

TEST_CASE("a toolchain that is not installed has no list of components", "[component_list]") {
    ToolchainFixture f;
    CHECK(test::error_text([&] {
              (void)toolchain::load_list(f.store.home, listed_toolchain());
          }).find("is not installed") != std::string::npos);
}
