#include <catch2/catch.hpp>

#include "refusals.hpp"
#include "sandbox.hpp"
#include "support/tar_builder.hpp"

using namespace latchkey;
using namespace latchkey::archive;
using Catch::Matchers::Contains;
using test::TarBuilder;

namespace {

constexpr const char* kCorrupt =
    "component manifest for 'rustc-x86_64-unknown-linux-gnu' is corrupt";

}  // namespace

TEST_CASE("installer versions other than 3 are refused", "[refusal]") {
    const auto with_version = [](const std::string& version) {
        return TarBuilder()
            .directory("top")
            .file("top/rust-installer-version", version)
            .file("top/components", "rustc\n")
            .directory("top/rustc")
            .file("top/rustc/manifest.in", "")
            .bytes();
    };
    CHECK(refusal(with_version("2\n")) == "unsupported installer version: 2");
    CHECK(refusal(with_version("")) == "unsupported installer version: ");
    CHECK(refusal(with_version(" 3 \n")) == "(taken)");
    CHECK(refusal(with_version(std::string(100'000, '3'))) ==
          "'rust-installer-version' is too large");
}

TEST_CASE("packages without their lists are refused by rustup's texts", "[refusal]") {
    const Sandbox sandbox;
    const std::string staging = sandbox.staging();
    CHECK(refusal(TarBuilder().directory("top").bytes(), sandbox.request(), sandbox) ==
          "could not read package version file: '" + staging +
              "/rust-installer-version': No such file or directory (os error 2)");
    const TarBuilder versioned =
        TarBuilder().directory("top").file("top/rust-installer-version", "3");
    CHECK(refusal(versioned.bytes(), sandbox.request(), sandbox) ==
          "could not read package components file: '" + staging +
              "/components': No such file or directory (os error 2)");
    CHECK(refusal(TarBuilder(versioned).file("top/components", "cargo\nrust-std\n").bytes(),
                  sandbox.request(), sandbox) == "component manifest for 'rustc' is corrupt");
    CHECK(refusal(TarBuilder(versioned).file("top/components", "rustc\n").bytes(),
                  sandbox.request(),
                  sandbox) == "could not read package manifest file: '" + staging +
                                  "/rustc/manifest.in': No such file or directory (os error 2)");
    CHECK(refusal(std::string(1024, '\0'), sandbox.request(), sandbox) ==
          "could not read package version file: '" + staging +
              "/rust-installer-version': No such file or directory (os error 2)");
}

TEST_CASE("component names that are paths are refused", "[refusal]") {
    for (const std::string name : {"a/b", "../evil", "/rustc", ".", "..", "rustc/"}) {
        INFO(name);
        CHECK(refusal(TarBuilder()
                          .directory("top")
                          .file("top/rust-installer-version", "3")
                          .file("top/components", "rustc\n" + name + "\n")
                          .directory("top/rustc")
                          .file("top/rustc/manifest.in", "")
                          .bytes()) == "package component '" + name + "' is no name");
    }
}

TEST_CASE("lines of manifest.in that are not file or dir with a path are corrupt", "[refusal]") {
    for (const std::string manifest : {"d\n", "\n", "dir:\n", "dir:.\n", "symlink:d\n", "dir:/d\n",
                                       "dir:d/../d\n", "file:../x\n", "dir:..\n", "file:\n",
                                       "# comment\n", "dir:d\n\n", "Dir:d\n", "dir:\xe9\n"}) {
        INFO(manifest);
        CHECK(refusal(start(manifest).bytes()) == kCorrupt);
    }
}

TEST_CASE("a line of manifest.in whose file is not there is corrupt", "[refusal]") {
    const std::string corrupt = kCorrupt;
    CHECK(refusal(start("file:nowhere\n").bytes()) ==
          corrupt + ": 'nowhere' is not in the package");
    CHECK(refusal(start("dir:nowhere\n").bytes()) == corrupt + ": 'nowhere' is not in the package");
    CHECK(refusal(start("file:d\n").bytes()) == corrupt + ": 'd' is not in the package");
    CHECK(refusal(start("dir:x\n").file("top/rustc/x", "").bytes()) ==
          corrupt + ": 'x' is not in the package");
}

TEST_CASE("lines of manifest.in that overlap are corrupt", "[refusal]") {
    for (const std::string manifest :
         {"dir:d\ndir:d\n", "dir:d\nfile:d/x\n", "file:d/x\ndir:d\n", "file:d/x\nfile:d/x\n",
          "dir:d\ndir:d/e/f\n", "file:d/./x\nfile:d//x\n"}) {
        INFO(manifest);
        CHECK(refusal(start(manifest).file("top/rustc/d/x", "x").bytes()) == kCorrupt);
    }
}

TEST_CASE("a corrupt manifest of a component that is not wanted is nobody's business",
          "[refusal]") {
    CHECK(refusal(start()
                      .directory("top/cargo")
                      .file("top/cargo/manifest.in", "nonsense")
                      .directory("top/rustc-x86_64-unknown-linux-gnu")
                      .file("top/rustc-x86_64-unknown-linux-gnu/manifest.in", "nonsense")
                      .bytes()) == "(taken)");
}

TEST_CASE("two components of a package may not bring one path", "[refusal]") {
    const Sandbox sandbox;
    const std::string tar = TarBuilder()
                                .directory("top")
                                .file("top/rust-installer-version", "3\n")
                                .file("top/components", "a\nb\n")
                                .directory("top/a")
                                .directory("top/a/bin")
                                .file("top/a/bin/x", "a")
                                .file("top/a/manifest.in", "file:bin/x\n")
                                .directory("top/b")
                                .directory("top/b/bin")
                                .file("top/b/bin/x", "b")
                                .file("top/b/manifest.in", "file:bin/x\n")
                                .bytes();
    MemorySource source(tar, 1024);
    CHECK_THROWS_WITH(unpack(PermitMint::worker(), source, sandbox.request_for_all()),
                      "failed to install component: 'b', detected conflict: 'bin/x'");
    CHECK(sandbox.clean_outside());
}

TEST_CASE("a component that a package lists and does not have is refused", "[refusal]") {
    const Sandbox sandbox;
    const auto start = [](const std::string& list) {
        return TarBuilder()
            .directory("top")
            .file("top/rust-installer-version", "3\n")
            .file("top/components", list)
            .directory("top/a")
            .file("top/a/manifest.in", "dir:d\n")
            .directory("top/a/d");
    };
    const UnpackRequest all = sandbox.request_for_all();
    CHECK_THAT(refusal(start("a\nb\n").bytes(), all, Sandbox()),
               Contains("could not read package manifest file") && Contains("b/manifest.in"));
    CHECK_THAT(refusal(start("a\n../b\n").bytes(), all, Sandbox()), Contains("is no name"));
    CHECK_THAT(refusal(start("").bytes(), all, Sandbox()),
               Contains("component manifest for 'rust' is corrupt"));
}

TEST_CASE("a package with hundreds of components is refused, listed or not", "[refusal]") {
    std::string list;
    TarBuilder listed;
    TarBuilder unlisted;
    unlisted.directory("top");
    for (int i = 0; i < 65; ++i) {
        list += "c" + std::to_string(i) + "\n";
        unlisted.directory("top/c" + std::to_string(i) + "/d");
    }
    listed.directory("top").file("top/components", list);
    for (const std::string& tar : {listed.bytes(), unlisted.bytes()}) {
        const Sandbox sandbox;
        CHECK_THAT(refusal(tar, sandbox.request_for_all(), sandbox),
                   Contains("more than 64 components"));
    }
}
