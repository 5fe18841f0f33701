#include "latchkey/resolve/active.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/text.hpp"
#include "resolve/scene.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using namespace latchkey::test;
using Strings = std::vector<std::string>;

namespace {

std::string active_error(const Scene& scene, const Request& request = {}) {
    return error_text([&] { find_active(scene.site(), request); });
}

/// The error for a toolchain file in the working directory.
std::string file_error(const std::string& name, const std::string& text) {
    Scene scene;
    scene.install("my-build");
    scene.install(kStable);
    scene.settings("default_toolchain = \"stable\"\n");
    scene.dir.make("tc/bin");
    scene.dir.make("empty");
    const std::string file =
        scene.dir.write("a/b/c/" + name, replace_all(text, "@", scene.dir.path()));
    std::string error = active_error(scene);
    error = replace_all(error, file, "FILE");
    return replace_all(error, scene.dir.path(), "@");
}

std::string toml_error(const std::string& keys) {
    return file_error("rust-toolchain.toml", "[toolchain]\n" + keys);
}

constexpr const char* kInvalid = "invalid toolchain name detected in override file 'FILE'";

}  // namespace

TEST_CASE("with nothing said there is no toolchain", "[resolve]") {
    Scene scene;
    CHECK(scene.shown() == "none");
}

TEST_CASE("each source beats those behind it", "[resolve]") {
    Scene scene;
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(scene.shown() == "stable-x86_64-unknown-linux-gnu (it's the default toolchain)");

    const std::string file = scene.dir.write("a/b/c/rust-toolchain", "nightly\n");
    CHECK(scene.shown() == "nightly-x86_64-unknown-linux-gnu (overridden by '" + file + "')");

    const std::string here = scene.dir / "a/b/c";
    scene.settings("[overrides]\n\"" + here + "\" = \"beta-x86_64-unknown-linux-gnu\"\n");
    CHECK(scene.shown() == "beta-x86_64-unknown-linux-gnu (directory override for '" + here + "')");

    scene.variables["RUSTUP_TOOLCHAIN"] = "1.95";
    CHECK(scene.shown() ==
          "1.95-x86_64-unknown-linux-gnu (overridden by environment variable RUSTUP_TOOLCHAIN)");

    Request request;
    request.plus_toolchain = "1.90.0";
    CHECK(scene.shown(request) ==
          "1.90.0-x86_64-unknown-linux-gnu (overridden by +toolchain on the command line)");
}

TEST_CASE("tools are told the source in one word", "[resolve]") {
    CHECK(str(Source::cli) == "cli");
    CHECK(str(Source::env) == "env");
    CHECK(str(Source::path_override) == "path-override");
    CHECK(str(Source::toolchain_file) == "toolchain-file");
    CHECK(str(Source::default_) == "default");
}

TEST_CASE("the nearest directory wins, whatever the source", "[resolve]") {
    Scene scene;
    scene.settings("[overrides]\n\"" + scene.dir / "a" + "\" = \"beta\"\n");
    CHECK(scene.shown() ==
          "beta-x86_64-unknown-linux-gnu (directory override for '" + scene.dir / "a" + "')");
    const std::string file = scene.dir.write("a/b/rust-toolchain", "nightly");
    CHECK(scene.shown() == "nightly-x86_64-unknown-linux-gnu (overridden by '" + file + "')");
    scene.working_directory = "a";
    CHECK(scene.shown() ==
          "beta-x86_64-unknown-linux-gnu (directory override for '" + scene.dir / "a" + "')");
}

TEST_CASE("the walk ends at the root", "[resolve]") {
    Scene scene;
    scene.settings("[overrides]\n\"/\" = \"beta\"\n");
    CHECK(scene.shown() == "beta-x86_64-unknown-linux-gnu (directory override for '/')");
}

TEST_CASE("the choice of a directory can be asked for alone", "[resolve]") {
    Scene scene;
    scene.settings("default_toolchain = \"stable\"\n");
    scene.variables["RUSTUP_TOOLCHAIN"] = "nightly";
    CHECK_FALSE(find_directory_choice(scene.site(), {}));
    scene.dir.write("a/rust-toolchain", "beta");
    CHECK(find_directory_choice(scene.site(), {})->source == Source::toolchain_file);
}

TEST_CASE("an override's toolchain must have a valid name", "[resolve]") {
    for (const char* name : {"none", "a/b", "/b"}) {
        Scene scene;
        scene.settings("[overrides]\n\"" + scene.dir / "a" + "\" = \"" + name + "\"\n");
        CHECK(active_error(scene) == std::string("invalid toolchain name '") + name + "'");
    }
}

TEST_CASE("a toolchain file says what an official toolchain should have", "[resolve]") {
    Scene scene;
    scene.dir.write("a/rust-toolchain.toml",
                    "[toolchain]\nchannel = \"nightly\"\ncomponents = [\"rustfmt\"]\n"
                    "targets = [\"wasm32-unknown-unknown\"]\nprofile = \"minimal\"\n");
    const auto active = find_active(scene.site(), {});
    REQUIRE(active);
    CHECK(active->components == Strings{"rustfmt"});
    CHECK(active->targets == Strings{"wasm32-unknown-unknown"});
    CHECK(active->profile == dist::Profile::minimal);
    CHECK(active->location == scene.dir / "a/rust-toolchain.toml");
}

TEST_CASE("a toolchain file without a channel adds to the default toolchain", "[resolve]") {
    Scene scene;
    const std::string file =
        scene.dir.write("a/rust-toolchain.toml", "[toolchain]\ncomponents = [\"rust-src\"]\n");
    Request request;
    request.program = "cargo";
    CHECK_THAT(active_error(scene, request),
               Catch::StartsWith("rustup could not choose a version of cargo to run, "));
    scene.settings("default_toolchain = \"stable\"\n");
    CHECK(scene.shown() == "stable-x86_64-unknown-linux-gnu (overridden by '" + file + "')");
    CHECK(find_active(scene.site(), {})->components == Strings{"rust-src"});
}

TEST_CASE("a custom toolchain has no use for components and profile", "[resolve]") {
    Scene scene;
    scene.install("my-build");
    scene.dir.write(
        "a/rust-toolchain.toml",
        "[toolchain]\nchannel = \"my-build\"\ncomponents = [\"x\"]\nprofile = \"zz\"\n");
    const auto active = find_active(scene.site(), {});
    REQUIRE(active);
    CHECK(str(active->name) == "my-build");
    CHECK(active->components.empty());
    CHECK_FALSE(active->profile);
}

TEST_CASE("two toolchain files in one directory are warned of", "[resolve]") {
    Scene scene;
    scene.dir.write("a/rust-toolchain", "beta");
    scene.dir.write("a/rust-toolchain.toml", "bad");
    Strings warnings;
    Request request;
    request.warn = [&](const std::string& text) { warnings.push_back(text); };
    CHECK(scene.shown(request) ==
          "beta-x86_64-unknown-linux-gnu (overridden by '" + scene.dir / "a/rust-toolchain" + "')");
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0],
               Catch::EndsWith("exist; using contents of " + scene.dir / "a/rust-toolchain"));
    CHECK(scene.shown() != "none");  // Nobody need listen.
}

TEST_CASE("a bad toolchain file is not skipped", "[resolve]") {
    Scene scene;
    scene.settings("default_toolchain = \"stable\"\n");
    scene.dir.write("a/b/rust-toolchain.toml", "");
    CHECK_THAT(active_error(scene), Catch::StartsWith("could not parse override file: '"));
}

TEST_CASE("the channel of a toolchain file is checked", "[resolve]") {
    for (const char* text : {"a/b", "+foo", "none", ".."}) {
        CHECK(file_error("rust-toolchain", text) == kInvalid);
    }
    CHECK(toml_error("channel = \"\"\n") == kInvalid);
    CHECK(toml_error("channel = \"@/tc\"\n") == kInvalid);
    CHECK(toml_error("channel = \"bad/x\"\npath = \"@/tc\"\n") == kInvalid);
    for (const char* name : {"nosuch", "stable-bogus"}) {
        CHECK(file_error("rust-toolchain", name) == "custom toolchain '" + std::string(name) +
                                                        "' specified in override file 'FILE' is "
                                                        "not installed");
    }
    CHECK(file_error("rust-toolchain", "my-build/") == "no error");
}

TEST_CASE("a target in a toolchain file needs that very toolchain", "[resolve]") {
    CHECK(file_error("rust-toolchain", "stable-x86_64-unknown-linux-gnu") == "no error");
    CHECK(file_error("rust-toolchain", "stable-x86_64") ==
          "target tuple in channel name 'stable-x86_64'");
    CHECK(file_error("rust-toolchain", "nightly-x86_64-unknown-linux-gnu") ==
          "target tuple in channel name 'nightly-x86_64-unknown-linux-gnu'");
}

TEST_CASE("a linked toolchain whose link dangles is not installed", "[resolve]") {
    Scene scene;
    REQUIRE(platform::make_link("/gone", scene.home() + "/toolchains/dang"));
    scene.dir.write("a/rust-toolchain", "dang");
    CHECK_THAT(active_error(scene), Catch::EndsWith("is not installed"));
}

TEST_CASE("the path of a toolchain file is checked", "[resolve]") {
    CHECK(file_error("rust-toolchain", "@/tc") == "no error");
    CHECK(file_error("rust-toolchain", "@/empty") ==
          "invalid toolchain: the path '@/empty' has no bin/ directory");
    CHECK(toml_error("path = \"/nope\"\n") ==
          "invalid toolchain: the path '/nope' has no bin/ directory");
    CHECK(toml_error("path = \"rel\"\n") == "invalid path toolchain 'rel'");
    CHECK(toml_error("path = \"/\"\n") == "invalid toolchain name: '/'");
    CHECK(toml_error("path = \"\"\n") == "invalid path toolchain ''");
    CHECK(toml_error("path = \"stable\"\n") == "invalid path toolchain 'stable'");
    CHECK(toml_error("path = \"./x\"\n") == "relative path toolchain './x'");
    CHECK(toml_error("path = \"a/b\"\n") == "relative path toolchain 'a/b'");
}

TEST_CASE("a path excludes every other key", "[resolve]") {
    CHECK(toml_error("path = \"@/tc\"\nchannel = \"stable\"\n") ==
          "cannot specify both channel (stable) and path (@/tc) simultaneously");
    for (const char* key : {"components = []", "targets = []", "profile = \"x\""}) {
        CHECK(toml_error(std::string("path = \"@/tc\"\n") + key + "\n") ==
              "toolchain options are ignored for path toolchain (@/tc)");
    }
}

TEST_CASE("the path of a toolchain file stays as written", "[resolve]") {
    Scene scene;
    const std::string path = scene.dir.make("tc/bin") + "/..//";
    const std::string file = scene.dir.write("a/rust-toolchain", path + "\n");
    CHECK_THAT(active_error(scene),
               Catch::EndsWith("no bin/ directory") || Catch::Equals("no error"));
    scene.dir.write("a/rust-toolchain", scene.dir / "tc/");
    CHECK(scene.shown() == scene.dir / "tc/" + " (overridden by '" + file + "')");
}

TEST_CASE("the profile of a toolchain file is checked", "[resolve]") {
    CHECK(toml_error("channel = \"stable\"\nprofile = \"x\"\n") ==
          "unknown profile name: 'x'; valid profile names are: minimal, default, complete");
    CHECK(toml_error("channel = \"stable\"\nprofile = \"\"\n") == "no error");
    CHECK(toml_error("channel = \"stable\"\nprofile = \"m\"\n") == "no error");
}

TEST_CASE("a toolchain named on a proxy's command line is checked", "[resolve]") {
    Scene scene;
    const auto plus_error = [&](const std::string& text) {
        Request request;
        request.plus_toolchain = text;
        return active_error(scene, request);
    };
    CHECK(plus_error("") == "invalid toolchain name ''");
    CHECK(plus_error("/") == "invalid toolchain name '/'");
    CHECK(plus_error("+stable") ==
          "invalid toolchain name '+stable'; valid toolchain names do not start with '+'");
    CHECK(plus_error("none") == "invalid path toolchain 'none'");
    CHECK(plus_error("work/tc") == "relative path toolchain 'work/tc'");
    CHECK(plus_error("/nope") == "invalid toolchain: the path '/nope' has no bin/ directory");
    CHECK(plus_error("stable") == "no error");
}
