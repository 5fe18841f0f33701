#include "latchkey/resolve/site.hpp"

#include <catch2/catch.hpp>

#include "latchkey/resolve/host.hpp"
#include "resolve/scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;

namespace {

std::string place_error(const Scene& scene) {
    return error_text([&] { scene.site(); });
}

std::string shown_default(const Scene& scene) {
    const auto name = find_default(scene.site());
    return name ? dist::str(*name) : "none";
}

}  // namespace

TEST_CASE("a wrong RUSTUP_TOOLCHAIN stops every command", "[resolve]") {
    Scene scene;
    const auto error = [&](const std::string& value) {
        scene.variables["RUSTUP_TOOLCHAIN"] = value;
        return place_error(scene);
    };
    CHECK(error("") == "no error");
    CHECK(error("/nope") == "invalid toolchain: the path '/nope' has no bin/ directory");
    CHECK(error("a/b") == "relative path toolchain 'a/b'");
    CHECK(error("none") == "invalid path toolchain 'none'");
    CHECK(error("+x") ==
          "invalid toolchain name '+x'; valid toolchain names do not start with '+'");
    scene.dir.make("tc/bin");
    CHECK(error(scene.dir / "tc") == "no error");
    CHECK(str(*scene.site().env_toolchain) == scene.dir / "tc");
}

TEST_CASE("a configured host that completes no name stops every command", "[resolve]") {
    Scene scene;
    scene.settings("default_host_triple = \"bogus\"\n");
    CHECK(place_error(scene) == "Provided host 'bogus' couldn't be converted to partial tuple");
    scene.settings("default_host_triple = \"\"\n");
    CHECK(place_error(scene) == "Provided host '' did not specify a CPU architecture");
    scene.settings("default_host_triple = \"x86_64\"\n");
    CHECK(place_error(scene) == "Provided host 'x86_64' did not specify an operating system");
}

TEST_CASE("the setting of the host beats the variable, and that beats detection", "[resolve]") {
    Scene scene;
    scene.variables["RUSTUP_OVERRIDE_HOST_TRIPLE"] = "i686-unknown-linux-gnu";
    CHECK(scene.site().host == "i686-unknown-linux-gnu");
    scene.settings("default_host_triple = \"aarch64-apple-darwin\"\n");
    CHECK(scene.site().host == "aarch64-apple-darwin");
    CHECK(load_host(config::Settings(), config::Variables()) == load_detected_host());
}

TEST_CASE("detection finds this machine", "[resolve]") {
    CHECK(load_detected_host() == build_tuple());  // Tests run where they were built for.
}

TEST_CASE("a default toolchain may be written in part", "[resolve]") {
    Scene scene;
    CHECK(shown_default(scene) == "none");
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(shown_default(scene) == kStable);
    scene.settings("default_toolchain = \"my-build\"\n");
    CHECK(shown_default(scene) == "my-build");
}

TEST_CASE("the system's default toolchain stands in for a missing one", "[resolve]") {
    Scene scene;
    scene.dir.write("fallback.toml", "default_toolchain = \"beta\"\n");
    CHECK(shown_default(scene) == "beta-x86_64-unknown-linux-gnu");
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(shown_default(scene) == kStable);
}

TEST_CASE("a default toolchain that is no name is an error when it is asked for", "[resolve]") {
    Scene scene;
    const auto error = [&](const std::string& name) {
        scene.settings("default_toolchain = \"" + name + "\"\n");
        return error_text([&] { find_default(scene.site()); });
    };
    CHECK(error("") == "invalid toolchain name ''");
    CHECK(error("+x") ==
          "invalid toolchain name '+x'; valid toolchain names do not start with '+'");
    CHECK(error("none") == "invalid toolchain name 'none'");
    CHECK(error("a/b") == "invalid toolchain name 'a/b'");
}

TEST_CASE("the variable for auto-install beats the setting both ways", "[resolve]") {
    Scene scene;
    CHECK(scene.site().auto_install());
    scene.settings("auto_install = \"disable\"\n");
    CHECK_FALSE(scene.site().auto_install());
    scene.variables["RUSTUP_AUTO_INSTALL"] = "1";
    CHECK(scene.site().auto_install());
    scene.settings("auto_install = \"enable\"\n");
    scene.variables["RUSTUP_AUTO_INSTALL"] = "0";
    CHECK_FALSE(scene.site().auto_install());
}
