#include "latchkey/resolve/installed.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "resolve/scene.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;
using Strings = std::vector<std::string>;

namespace {

Strings shown(const std::string& home) {
    Strings names;
    for (const auto& name : list_installed(home)) names.push_back(dist::str(name));
    return names;
}

Name custom(const std::string& text) {
    return *dist::CustomName::parse(text);
}

}  // namespace

TEST_CASE("toolchains are listed in rustup's order", "[resolve]") {
    Scene scene;
    const Strings expected{"stable-x86_64-unknown-linux-gnu",
                           "beta-x86_64-unknown-linux-gnu",
                           "nightly-i686-unknown-linux-gnu",
                           "nightly-x86_64-unknown-linux-gnu",
                           "nightly-2026-03-01-x86_64-unknown-linux-gnu",
                           "1.9-x86_64-unknown-linux-gnu",
                           "1.95-x86_64-unknown-linux-gnu",
                           "1.95.0-beta.2-x86_64-unknown-linux-gnu",
                           "1.95.0-x86_64-unknown-linux-gnu",
                           "B",
                           "a"};
    for (auto name = expected.rbegin(); name != expected.rend(); ++name) scene.install(*name);
    CHECK(shown(scene.home()) == expected);
}

TEST_CASE("files and names that no toolchain can have are not listed", "[resolve]") {
    Scene scene;
    scene.install("stable");  // No target: not a directory's name.
    scene.install("none");
    scene.install("\xFF");
    scene.install("stable-bogus");  // Read as official.
    scene.dir.write("home/.rustup/toolchains/plain", "");
    REQUIRE(platform::make_link("/gone", scene.home() + "/toolchains/dang"));
    CHECK(shown(scene.home()) == Strings{"stable-bogus", "dang"});
    CHECK(shown(scene.dir / "nowhere").empty());
}

TEST_CASE("a link is custom whatever its name, and listed where rustup lists it", "[resolve]") {
    Scene scene;
    const std::string build = scene.dir.make("build");
    scene.dir.write("build/lib/rustlib/components", "rustc\n");
    for (const char* name : {"stable-mine", "nightly-dev", "1.95-patched", "zzz"}) {
        REQUIRE(platform::make_link(build, scene.home() + "/toolchains/" + name));
        scene.install("beta-x86_64-unknown-linux-gnu");
    }
    REQUIRE(
        platform::make_link(build, scene.home() + "/toolchains/nightly-x86_64-unknown-linux-gnu"));
    CHECK(shown(scene.home()) == Strings{"stable-mine", "beta-x86_64-unknown-linux-gnu",
                                         "nightly-dev", "nightly-x86_64-unknown-linux-gnu",
                                         "1.95-patched", "zzz"});
    Strings official;  // Moved to another disk.
    for (const auto& name : list_installed(scene.home())) {
        if (std::holds_alternative<dist::ToolchainName>(name)) official.push_back(dist::str(name));
    }
    CHECK(official == Strings{"beta-x86_64-unknown-linux-gnu", "nightly-x86_64-unknown-linux-gnu"});
}

TEST_CASE("what is listed need not be installed", "[resolve]") {
    Scene scene;
    scene.install("real");
    scene.dir.write("home/.rustup/toolchains/plain", "");
    REQUIRE(platform::make_link("/gone", scene.home() + "/toolchains/dang"));
    REQUIRE(platform::make_link("real", scene.home() + "/toolchains/link"));
    const auto both = [&](const char* text) {
        const auto name = *dist::CustomName::parse(text);
        return std::pair(is_listed(scene.home(), name), is_installed(scene.home(), name));
    };
    CHECK(both("real") == std::pair(true, true));
    CHECK(both("link") == std::pair(true, true));
    CHECK(both("dang") == std::pair(true, false));
    CHECK(both("plain") == std::pair(false, false));
    CHECK(both("gone") == std::pair(false, false));
}

TEST_CASE("a toolchain that cannot be opened is not installed", "[resolve]") {
    Scene scene;
    scene.install("closed");
    const std::string path = scene.home() + "/toolchains/closed";
    REQUIRE(::chmod(path.c_str(), 0) == 0);
    CHECK(is_installed(scene.home(), custom("closed")) == (::geteuid() == 0));
    REQUIRE(::chmod(path.c_str(), 0700) == 0);
}

TEST_CASE("a path toolchain is where it says", "[resolve]") {
    Scene scene;
    const Name path = dist::PathName{scene.dir / "a"};
    CHECK(toolchain_path(scene.home(), path) == scene.dir / "a");
    CHECK(is_installed(scene.home(), path));
    CHECK_FALSE(is_installed(scene.home(), dist::PathName{scene.dir / "gone"}));
    CHECK(toolchain_path(std::string("/r"), custom("x")) == "/r/toolchains/x");
}

TEST_CASE("the quick look at components is never wrong when it says yes", "[resolve]") {
    Scene scene;
    scene.dir.write("tc/lib/rustlib/components",
                    "rustc-T\nrust-std-T\nrust-std-wasm\nclippy-preview-T\nrust-src\n");
    const auto has = [&](const Strings& components, const Strings& targets) {
        return surely_has(scene.dir / "tc", "T", components, targets);
    };
    CHECK(has({}, {}));
    CHECK(has({"rustc", "clippy", "clippy-preview", "rust-src", "rust-std"}, {"T", "wasm"}));
    CHECK_FALSE(has({"rustc", "rustfmt"}, {}));
    CHECK_FALSE(has({}, {"other"}));
    CHECK_FALSE(surely_has(scene.dir / "a", "T", {}, {}));
}
