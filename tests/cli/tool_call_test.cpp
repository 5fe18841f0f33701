#include "tool_call.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"
#include "tools.hpp"

using namespace latchkey;
using namespace latchkey::cli;

namespace {

/// A home with a linked toolchain `mine` that has rustc only.
struct LinkedHome {
    test::TempDir folder;
    resolve::Place place;
    resolve::Name mine = *dist::CustomName::parse("mine");
    platform::Environment environment;

    LinkedHome() {
        place.variables.rustup_home = folder.path() + "/rustup";
        place.variables.cargo_home = folder.path() + "/cargo";
        place.host = "x86_64-unknown-linux-gnu";
        add_tool("toolchains/mine/bin/rustc");
        environment.set("PATH", folder.path() + "/tools");
    }

    std::string add_tool(const std::string& name) const {
        const std::string path = place.variables.rustup_home + "/" + name;
        platform::make_directories(path.substr(0, path.rfind('/')));
        platform::save_file(path, "#!/bin/sh\n", 0777);
        return path;
    }

    FoundTool find(std::vector<std::string> command) const {
        return find_tool(place, mine, command, environment);
    }
};

}  // namespace

TEST_CASE("a toolchain's own tool is run by its path, with its arguments", "[cli]") {
    const LinkedHome home;
    const ToolCall call = home.find({"rustc", "--version", "-v"}).call;
    const std::string path = home.place.variables.rustup_home + "/toolchains/mine/bin/rustc";
    CHECK(call.program == path);
    CHECK(call.arguments == std::vector<std::string>{path, "--version", "-v"});
}

TEST_CASE("a tool is told its toolchain, its homes and how deep it is", "[cli]") {
    LinkedHome home;
    home.place.variables.recursion_count = 4;
    const platform::Environment environment = home.find({"rustc"}).call.environment;
    CHECK(environment.find("RUSTUP_TOOLCHAIN") == "mine");
    CHECK(environment.find("RUSTUP_HOME") == home.place.variables.rustup_home);
    CHECK(environment.find("CARGO_HOME") == home.place.variables.cargo_home);
    CHECK(environment.find("RUST_RECURSION_COUNT") == "5");
    CHECK_FALSE(environment.contains("RUSTUP_TOOLCHAIN_SOURCE"));
}

TEST_CASE("search paths get one entry in front, unless they have it", "[cli]") {
    LinkedHome home;
    const std::string bin = home.place.variables.cargo_home + "/bin";
    CHECK(home.find({"rustc"}).call.environment.find("PATH") ==
          bin + ":" + home.folder.path() + "/tools");
    CHECK(home.find({"rustc"}).call.environment.find("LD_LIBRARY_PATH") ==
          home.place.variables.rustup_home + "/toolchains/mine/lib");
    home.environment.set("PATH", "/bin:" + bin);
    CHECK(home.find({"rustc"}).call.environment.find("PATH") == "/bin:" + bin);
}

TEST_CASE("a linked toolchain without cargo borrows that of an official one", "[cli]") {
    const LinkedHome home;
    CHECK(home.find({"cargo"}).fallbacks.empty());
    home.add_tool("toolchains/stable-x86_64-unknown-linux-gnu/bin/cargo");
    const std::string nightly =
        home.add_tool("toolchains/nightly-x86_64-unknown-linux-gnu/bin/cargo");
    const FoundTool found = home.find({"cargo", "build"});
    REQUIRE(found.fallbacks.size() == 1);
    CHECK(found.fallbacks.front().program == nightly);
    CHECK(found.call.program == nightly);
    CHECK(found.call.environment.find("RUSTUP_TOOLCHAIN") == "mine");
}

TEST_CASE("what no toolchain has is left to PATH, until that leads in circles", "[cli]") {
    LinkedHome home;
    CHECK(home.find({"rustfmt"}).call.program == "rustfmt");
    home.place.variables.recursion_count = 19;
    CHECK(home.find({"rustfmt"}).call.program == "rustfmt");
    home.place.variables.recursion_count = 20;
    CHECK(test::error_text([&] {
              home.find({"rustfmt"});
          }).starts_with("'rustfmt' is not installed for the custom toolchain 'mine'.\nnote: "));
}

TEST_CASE("what cannot be run is an error that names what was asked for", "[cli]") {
    const LinkedHome home;
    const ToolCall call = home.find({"no-such-tool"}).call;
    CHECK(test::error_text([&] { become(call); }) ==
          "command failed: 'no-such-tool': No such file or directory (os error 2)");
}

TEST_CASE("which names the component that has the tool", "[cli]") {
    const resolve::Name mine = *dist::CustomName::parse("mine");
    CHECK(std::string(unknown_tool_error(mine, "cargo-fmt", true).what()) ==
          "'cargo-fmt' is not installed for the toolchain 'mine'.\n"
          "help: run `rustup component add rustfmt` to install it");
    CHECK(std::string(unknown_tool_error(mine, "cargo-fmt", false).what()) ==
          "'cargo-fmt' is not installed for the toolchain 'mine'.\n"
          "help: run `rustup component add --toolchain mine rustfmt` to install it");
    CHECK(std::string(unknown_tool_error(mine, "gcc", true).what()) ==
          "unknown binary 'gcc' in toolchain 'mine'");
}
