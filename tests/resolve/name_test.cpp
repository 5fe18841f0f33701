#include "latchkey/resolve/name.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using test::kHost;
using test::kStable;

TEST_CASE("a name without a target is the host's", "[resolve]") {
    const resolve::Name name = resolve::load_local_name("stable", kHost);
    REQUIRE(resolve::official(name) != nullptr);
    CHECK(resolve::str(name) == kStable);
    CHECK(resolve::str(resolve::load_local_name(kStable, "aarch64-unknown-linux-gnu")) == kStable);
}

TEST_CASE("a linked toolchain's name stays as it is", "[resolve]") {
    const resolve::Name name = resolve::load_local_name("my-build", kHost);
    CHECK(resolve::official(name) == nullptr);
    CHECK(resolve::str(name) == "my-build");
}

TEST_CASE("a path is a toolchain where it has programs", "[resolve]") {
    const test::TempDir dir;
    const std::string path = dir.make("build");
    CHECK(test::error_text([&] { resolve::load_local_name(path, kHost); }) ==
          "invalid toolchain: the path '" + path + "' has no bin/ directory");
    dir.make("build/bin");
    const resolve::Name name = resolve::load_local_name(path, kHost);
    CHECK(resolve::official(name) == nullptr);
    CHECK(resolve::str(name) == path);
    CHECK(resolve::toolchain_path(std::string("/nowhere"), name) == path);
    CHECK(resolve::load_path_name(path).path == path);
}

TEST_CASE("a toolchain file's path begins at the root, and is no name", "[resolve]") {
    const auto refused = [](const std::string& text) {
        return test::error_text([&] { resolve::load_path_name(text); });
    };
    CHECK(refused("stable") == "invalid path toolchain 'stable'");
    CHECK(refused("build") == "invalid path toolchain 'build'");
    CHECK(refused("./build") == "relative path toolchain './build'");
    CHECK(refused("//") == "invalid toolchain name: '/'");
}

TEST_CASE("a toolchain that is installed is where its directory is", "[resolve]") {
    const test::Scene scene;
    scene.install(kStable);
    const resolve::Name name = resolve::load_local_name("stable", kHost);
    CHECK(resolve::toolchain_path(scene.home(), name) == scene.home() + "/toolchains/" + kStable);
}
