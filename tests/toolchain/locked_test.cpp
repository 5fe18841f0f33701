#include "locked.hpp"

#include <catch2/catch.hpp>

#include "dist/example_manifest.hpp"
#include "latchkey/dist/server.hpp"
#include "support/error_text.hpp"
#include "toolchain/fixture.hpp"

using namespace latchkey;
using namespace latchkey::toolchain;
using test::error_text;

namespace {

const std::string kSomeHash(64, 'a');

Locked locked_to(const std::string& manifest) {
    Locked locked;
    locked.path = "/p/rust-toolchain.lock";
    locked.date = "2026-04-16";
    locked.manifest = manifest;
    locked.components = {{"a", kSomeHash}, {"b", kSomeHash}};
    return locked;
}

Snapshot snapshot_of(const std::string& manifest, const std::vector<std::string>& pkgs) {
    Snapshot snapshot;
    snapshot.current.kind = store::Current::Kind::ours;
    snapshot.usable = true;
    snapshot.manifest_hash = manifest;
    for (const std::string& each : pkgs) {
        store::StateComponent component;
        component.component = test::component(each);
        snapshot.components.push_back(component);
    }
    return snapshot;
}

/// A server that is a folder, and a lock of what it has.
struct LockedFolder : test::ToolchainFixture {
    const std::string text = dist::ExampleManifest().text();
    const std::string folder = store.home.root() + "/server/dist/2026-04-16";
    const std::string file = folder + "/channel-rust-stable.toml";
    InstallRequest request;

    LockedFolder() {
        platform::make_directories(folder);
        platform::save_file(file, text);
        services.options.variables.server =
            dist::Server::from("file://" + store.home.root() + "/server", std::nullopt, false);
        request.locked = locked_to(Sha256::of(text).hex());
        request.locked->components = {{"rustc-" + dist::kHost, kSomeHash}};
    }

    std::string failure() {
        const auto name = *dist::ToolchainName::parse("stable-" + dist::kHost);
        return error_text(
            [&] { test::run(loop, install_locked(services, name, request, nullptr)); });
    }
};

}  // namespace

TEST_CASE("a toolchain is as locked by its manifest and all components", "[locked]") {
    const test::StoreHome home;
    const auto is_locked = [&](const Snapshot& snapshot) {
        return is_as_locked(home.home, "t", snapshot, locked_to(kSomeHash));
    };
    CHECK(is_locked(snapshot_of(kSomeHash, {"a", "b"})));
    CHECK(is_locked(snapshot_of(kSomeHash, {"c", "b", "a"})));
    CHECK_FALSE(is_locked(snapshot_of(kSomeHash, {"a"})));
    CHECK_FALSE(is_locked(snapshot_of(std::string(64, 'b'), {"a", "b"})));
    CHECK_FALSE(is_locked(snapshot_of("", {"a", "b"})));
    Snapshot unusable = snapshot_of(kSomeHash, {"a", "b"});
    unusable.usable = false;
    CHECK_FALSE(is_locked(unusable));
}

TEST_CASE("another manifest than the locked one is refused with both hashes", "[locked]") {
    LockedFolder f;
    platform::save_file(f.file, f.text + "\n");
    const std::string fault = f.failure();
    CHECK(fault.starts_with(
        "could not install what '/p/rust-toolchain.lock' locks: checksum failed"));
    CHECK(fault.find("expected: '" + Sha256::of(f.text).hex() + "'") != std::string::npos);
    CHECK(fault.ends_with("; run `rustup lock` if what the server has is meant"));
    CHECK(f.transfer->brought.empty());
}

TEST_CASE("a component that the manifest has with another hash is refused", "[locked]") {
    LockedFolder f;
    f.request.locked->components["rustc-" + dist::kHost] = std::string(64, 'b');
    CHECK(f.failure().find("'rustc-" + dist::kHost + "' of host '" + dist::kHost + "': expected '" +
                           std::string(64, 'b') + "', and the manifest has '" + kSomeHash + "'") !=
          std::string::npos);
    CHECK(f.transfer->brought.empty());
}

TEST_CASE("a release that the server does not have any more is told", "[locked]") {
    LockedFolder f;
    f.request.locked->date = "2026-04-17";
    CHECK(f.failure().find("the server has no 'file://") != std::string::npos);
}
