#include "latchkey/resolve/deputy.hpp"

#include <catch2/catch.hpp>

#include "latchkey/resolve/readiness.hpp"
#include "resolve/scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;

namespace {

const std::string kOn = "latchkey_use_installed = \"enable\"\n";

std::string full(const std::string& name) {
    return name + "-" + kHost;
}

/// A toolchain with a release of this day and, perhaps, clippy.
void install(const Scene& scene, const std::string& name, const std::string& day,
             bool clippy = false) {
    scene.install(full(name));
    const std::string notes = "home/.rustup/toolchains/" + full(name) + "/lib/rustlib/";
    scene.dir.write(notes + "multirust-channel-manifest.toml",
                    "manifest-version = \"2\"\ndate = \"" + day + "\"\n");
    scene.dir.write(notes + "components",
                    "rustc-" + std::string(kHost) + "\n" +
                        (clippy ? "clippy-preview-" + std::string(kHost) + "\n" : ""));
}

/// The deputy of a toolchain; "none" if there is none.
std::string deputy_of(const Scene& scene, const std::string& name,
                      const std::vector<std::string>& components = {}) {
    const auto wanted = dist::PartialToolchainName::parse(name)->resolve(kHost);
    const auto deputy = find_deputy(scene.site(), wanted, components, {});
    return deputy ? deputy->str() : "none";
}

}  // namespace

TEST_CASE("only a site that says so has deputies", "[deputy]") {
    Scene scene;
    install(scene, "1.95.1", "2026-05-01");
    CHECK(deputy_of(scene, "1.95") == "none");
    scene.settings(kOn);
    CHECK(deputy_of(scene, "1.95") == full("1.95.1"));
    scene.variables["RUSTUP_USE_INSTALLED"] = "0";
    CHECK(deputy_of(scene, "1.95") == "none");
    scene.settings("");
    scene.variables["RUSTUP_USE_INSTALLED"] = "1";
    CHECK(deputy_of(scene, "1.95") == full("1.95.1"));
}

TEST_CASE("a toolchain that is installed needs no deputy", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "1.95", "2026-04-16");
    install(scene, "1.95.1", "2026-05-01");
    CHECK(deputy_of(scene, "1.95") == "none");
}

TEST_CASE("a number without patch is met by its newest patch", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "1.95.9", "2026-05-01");
    install(scene, "1.95.10", "2026-05-01");  // Its number tells, where the day does not.
    install(scene, "1.96.0", "2026-06-01");
    install(scene, "1.96.0-beta.2", "2026-05-20");
    CHECK(deputy_of(scene, "1.95") == full("1.95.10"));
    CHECK(deputy_of(scene, "1.95.8") == "none");
    CHECK(deputy_of(scene, "1.94") == "none");
    CHECK(deputy_of(scene, "1.96") == full("1.96.0"));
}

TEST_CASE("a channel is met by the newest release of it that has a number or a date", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "1.94.0", "2026-03-05");
    install(scene, "stable-2026-04-16", "2026-04-16");
    install(scene, "nightly-2026-05-19", "2026-05-19");
    install(scene, "nightly-2026-05-20", "2026-05-20");
    install(scene, "1.96.0-beta.2", "2026-05-02");
    CHECK(deputy_of(scene, "stable") == full("stable-2026-04-16"));
    CHECK(deputy_of(scene, "nightly") == full("nightly-2026-05-20"));
    CHECK(deputy_of(scene, "beta") == full("1.96.0-beta.2"));
}

TEST_CASE("a date is met by the release of that day, whatever its name", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "nightly", "2026-05-20");
    install(scene, "1.95.0", "2026-04-16");
    CHECK(deputy_of(scene, "nightly-2026-05-20") == full("nightly"));
    CHECK(deputy_of(scene, "nightly-2026-05-19") == "none");
    CHECK(deputy_of(scene, "stable-2026-04-16") == full("1.95.0"));
    CHECK(deputy_of(scene, "beta-2026-05-20") == "none");
}

TEST_CASE("toolchains for another host, links and manifests without a day are no deputies",
          "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    scene.install("1.95.0-i686-unknown-linux-gnu");
    scene.install(full("nightly"));  // No manifest at all.
    scene.install("stable-mine");
    CHECK(deputy_of(scene, "stable") == "none");
    CHECK(deputy_of(scene, "nightly-2026-05-20") == "none");
}

TEST_CASE("a deputy that has what is listed comes first", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "1.94.0", "2026-03-05", true);
    install(scene, "1.95.0", "2026-04-16");
    CHECK(deputy_of(scene, "stable") == full("1.95.0"));
    CHECK(deputy_of(scene, "stable", {"clippy"}) == full("1.94.0"));
    CHECK(deputy_of(scene, "stable", {"rust-src"}) == full("1.95.0"));
}

TEST_CASE("a deputy that lacks something listed is an error, and is never completed", "[deputy]") {
    Scene scene;
    scene.settings(kOn);
    install(scene, "1.95.0", "2026-04-16");
    scene.dir.write("a/b/c/rust-toolchain.toml",
                    "[toolchain]\nchannel = \"stable\"\ncomponents = [\"clippy\"]\n");
    const auto active = find_active(scene.site(), {});
    REQUIRE(active);
    CHECK(str(active->name) == full("1.95.0"));
    REQUIRE(active->wanted);
    CHECK(active->wanted->str() == kStable);
    CHECK(error_text([&] { check_active(scene.site(), *active); }) ==
          "toolchain '" + full("1.95.0") + "', which is used in place of '" + kStable +
              "', lacks component 'clippy'; run `rustup component add clippy --toolchain " +
              full("1.95.0") + "` to add it");
    install(scene, "1.95.0", "2026-04-16", true);
    CHECK(check_active(scene.site(), *active) == Readiness::ready);
}
