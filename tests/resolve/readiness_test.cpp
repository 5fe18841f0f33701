#include "latchkey/resolve/readiness.hpp"

#include "latchkey/resolve/no_toolchain.hpp"

#include <catch2/catch.hpp>

#include "resolve/scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;

namespace {

/// What check_active says of the active toolchain.
std::string verdict(const Scene& scene, const Request& request = {}) {
    return error_text([&] {
        const Site site = scene.site();
        switch (check_active(site, *find_active(site, request))) {
            case Readiness::ready:
                throw Error(Errc::bug, "ready");
            case Readiness::install:
                throw Error(Errc::bug, "install");
            case Readiness::look:
                throw Error(Errc::bug, "look");
        }
    });
}

Name named(const std::string& text) {
    return load_local_name(text, kHost);
}

}  // namespace

TEST_CASE("an official toolchain that is missing is installed", "[resolve]") {
    Scene scene;
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(verdict(scene) == "install");
    scene.install(kStable);
    CHECK(verdict(scene) == "ready");
}

TEST_CASE("with auto-install off what is missing is an error", "[resolve]") {
    Scene scene;
    scene.variables["RUSTUP_AUTO_INSTALL"] = "0";
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(verdict(scene) ==
          "toolchain 'stable-x86_64-unknown-linux-gnu' is not installed\n"
          "help: run `rustup toolchain install` to install it");
    scene.settings("default_toolchain = \"gone\"\n");
    CHECK(verdict(scene) == "toolchain 'gone' is not installed");
}

TEST_CASE("a custom toolchain that is missing is an error that names its source", "[resolve]") {
    const std::string prefix = "override toolchain 'gone' is not installed: ";
    Scene scene;
    scene.settings("default_toolchain = \"gone\"\n");
    CHECK(verdict(scene) ==
          prefix + "the default toolchain does not describe an installed toolchain");
    scene.settings("[overrides]\n\"" + scene.dir / "a" + "\" = \"gone\"\n");
    CHECK(verdict(scene) == prefix + "the directory override for '" + scene.dir / "a" +
                                "' specifies an uninstalled toolchain");
    scene.variables["RUSTUP_TOOLCHAIN"] = "gone";
    CHECK(verdict(scene) == prefix +
                                "the RUSTUP_TOOLCHAIN environment variable specifies an "
                                "uninstalled toolchain");
    Request request;
    request.plus_toolchain = "gone";
    CHECK(verdict(scene, request) ==
          prefix + "the +toolchain on the command line specifies an uninstalled toolchain");
}

TEST_CASE("the text for a toolchain file names the file", "[resolve]") {
    const Active active{named("nightly"), Source::toolchain_file, "/w/f", {}, {}, std::nullopt};
    CHECK(std::string(uninstalled_override_error(active).what()) ==
          "override toolchain 'nightly-x86_64-unknown-linux-gnu' is not installed: the toolchain "
          "file at '/w/f' specifies an uninstalled toolchain");
}

TEST_CASE("what a toolchain file lists is looked for only with auto-install", "[resolve]") {
    Scene scene;
    scene.install(kStable);
    scene.dir.write("a/rust-toolchain.toml",
                    "[toolchain]\nchannel = \"stable\"\ncomponents = [\"rust-src\"]\n");
    CHECK(verdict(scene) == "look");
    scene.dir.write(std::string("home/.rustup/toolchains/") + kStable + "/lib/rustlib/components",
                    "rust-src\n");
    CHECK(verdict(scene) == "ready");
    scene.dir.write("a/rust-toolchain.toml",
                    "[toolchain]\nchannel = \"stable\"\ntargets = [\"wasm32-unknown-unknown\"]\n");
    CHECK(verdict(scene) == "look");
    scene.variables["RUSTUP_AUTO_INSTALL"] = "0";
    CHECK(verdict(scene) == "ready");
}

TEST_CASE("a path toolchain that vanished is not found", "[resolve]") {
    Scene scene;
    const Active active{dist::PathName{"/gone"}, Source::env, "", {}, {}, std::nullopt};
    CHECK(error_text([&] { check_active(scene.site(), active); }) == "path '/gone' not found");
    CHECK(error_text([&] { check_named(scene.site(), active.name); }) == "path '/gone' not found");
}

TEST_CASE("a toolchain named for one use is helped with its name", "[resolve]") {
    Scene scene;
    CHECK(check_named(scene.site(), named("stable")) == Readiness::install);
    const std::string not_installed =
        "toolchain 'stable-x86_64-unknown-linux-gnu' is not installed\n";
    scene.variables["RUSTUP_AUTO_INSTALL"] = "0";
    const auto error = [&](const std::string& name) {
        return error_text([&] { check_named(scene.site(), named(name)); });
    };
    CHECK(error("stable") == not_installed +
                                 "help: run `rustup toolchain install "
                                 "stable-x86_64-unknown-linux-gnu` to install it");
    CHECK(error("gone") == "toolchain 'gone' is not installed");
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(error("stable") == not_installed + "help: run `rustup toolchain install` to install it");
    scene.install(kStable);
    CHECK(check_named(scene.site(), named("stable")) == Readiness::ready);
}

TEST_CASE("a custom toolchain named for one use is never installed", "[resolve]") {
    Scene scene;
    CHECK(error_text([&] { check_named(scene.site(), named("nosuch")); }) ==
          "toolchain 'nosuch' is not installed");
}

TEST_CASE("without any toolchain the program that was called is named", "[resolve]") {
    CHECK(std::string(no_toolchain_error("rustc").what()) ==
          "rustup could not choose a version of rustc to run, because one wasn't specified "
          "explicitly, and no default is configured.\n"
          "help: run 'rustup default stable' to download the latest stable release of Rust and set "
          "it as your default toolchain.");
}
