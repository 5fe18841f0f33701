#include "latchkey/proxy/tool_call.hpp"

#include <catch2/catch.hpp>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "proxy_home.hpp"
#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::proxy;
using test::kToolchain;
using test::ProxyHome;

namespace {

/// A home with a linked toolchain `mine` that has rustc only.
struct LinkedHome {
    test::TempDir folder;
    resolve::Site site;
    resolve::Name mine = *dist::CustomName::parse("mine");
    platform::Environment environment;

    LinkedHome() {
        site.variables.rustup_home = folder.path() + "/rustup";
        site.variables.cargo_home = folder.path() + "/cargo";
        site.host = "x86_64-unknown-linux-gnu";
        add_tool("toolchains/mine/bin/rustc");
        environment.set("PATH", folder.path() + "/tools");
    }

    std::string add_tool(const std::string& name) const {
        const std::string path = site.variables.rustup_home.root() + "/" + name;
        platform::make_directories(path.substr(0, path.rfind('/')));
        platform::save_file(path, "#!/bin/sh\n", 0777);
        return path;
    }

    /// Empty: PATH only leads back.
    std::optional<StandIn> look(std::vector<std::string> command) const {
        const ToolRequest request{mine, std::move(command), std::nullopt, environment};
        const store::Home home(site.variables.rustup_home);
        Pinned pinned{home.toolchain("mine"), std::nullopt, std::nullopt};
        if (auto call = find_own_tool(site, request, pinned)) {
            return StandIn{std::move(*call), std::nullopt};
        }
        return find_stand_in(site, request, pinned);
    }

    StandIn find(std::vector<std::string> command) const {
        auto found = look(std::move(command));
        if (!found) throw std::runtime_error("PATH leads back");
        return std::move(*found);
    }
};

}  // namespace

TEST_CASE("a toolchain's own tool is run by its path, with its arguments", "[proxy]") {
    const LinkedHome home;
    const ToolCall call = home.find({"rustc", "--version", "-v"}).call;
    const std::string path = home.site.variables.rustup_home.root() + "/toolchains/mine/bin/rustc";
    CHECK(call.program == path);
    CHECK(call.arguments == std::vector<std::string>{path, "--version", "-v"});
}

TEST_CASE("a tool is told its toolchain, its homes and how deep it is", "[proxy]") {
    LinkedHome home;
    home.site.variables.recursion_count = 4;
    const platform::Environment environment = home.find({"rustc"}).call.environment;
    CHECK(environment.find("RUSTUP_TOOLCHAIN") == "mine");
    CHECK(environment.find("RUSTUP_HOME") == home.site.variables.rustup_home.root());
    CHECK(environment.find("CARGO_HOME") == home.site.variables.cargo_home);
    CHECK(environment.find("RUST_RECURSION_COUNT") == "5");
    CHECK_FALSE(environment.contains("RUSTUP_TOOLCHAIN_SOURCE"));
}

TEST_CASE("search paths get one entry in front, unless they have it", "[proxy]") {
    LinkedHome home;
    const std::string bin = home.site.variables.cargo_home + "/bin";
    CHECK(home.find({"rustc"}).call.environment.find("PATH") ==
          bin + ":" + home.folder.path() + "/tools");
    CHECK(home.find({"rustc"}).call.environment.find("LD_LIBRARY_PATH") ==
          home.site.variables.rustup_home.root() + "/toolchains/mine/lib");
    home.environment.set("PATH", "/bin:" + bin);
    CHECK(home.find({"rustc"}).call.environment.find("PATH") == "/bin:" + bin);
}

TEST_CASE("a linked toolchain without cargo borrows that of an official one", "[proxy]") {
    const LinkedHome home;
    CHECK_FALSE(home.find({"cargo"}).fallback);
    home.add_tool("toolchains/stable-x86_64-unknown-linux-gnu/bin/cargo");
    const std::string nightly =
        home.add_tool("toolchains/nightly-x86_64-unknown-linux-gnu/bin/cargo");
    const StandIn found = home.find({"cargo", "build"});
    REQUIRE(found.fallback);
    CHECK(found.fallback->program == nightly);
    CHECK(found.call.program == nightly);
    CHECK(found.call.environment.find("RUSTUP_TOOLCHAIN") == "mine");
}

TEST_CASE("what no toolchain has is left to PATH, until that leads in circles", "[proxy]") {
    LinkedHome home;
    CHECK(home.find({"rustfmt"}).call.program == "rustfmt");
    home.site.variables.recursion_count = 19;
    CHECK(home.find({"rustfmt"}).call.program == "rustfmt");
    home.site.variables.recursion_count = 20;
    CHECK_FALSE(home.look({"rustfmt"}));
}

TEST_CASE("a proxy on PATH leads back at once, and is no rust-analyzer to fall back to",
          "[proxy]") {
    const LinkedHome home;
    for (const char* tool : {"rustfmt", "rust-analyzer"}) {
        platform::make_directories(home.folder.path() + "/tools");
        platform::copy_file(LATCHKEY_PROXY, home.folder.path() + "/tools/" + tool);
        CHECK_FALSE(home.look({tool}));
    }
    // What is no tool's name is no proxy, whatever it is.
    platform::copy_file(LATCHKEY_PROXY, home.folder.path() + "/tools/rustup");
    CHECK(home.find({"rustup"}).call.program == "rustup");
}

TEST_CASE("rust-analyzer may be another one on PATH", "[proxy]") {
    LinkedHome home;
    const std::string path = home.add_tool("others/rust-analyzer");
    home.environment.set("PATH", "/nonexistent:" + path.substr(0, path.rfind('/')));
    const StandIn found = home.find({"rust-analyzer"});
    CHECK(found.call.program == path);
    REQUIRE(found.fallback);
    CHECK(found.fallback->tool == "rust-analyzer");
}

TEST_CASE("a borrowed cargo is held like the toolchain itself", "[proxy]") {
    ProxyHome lender;
    LinkedHome home;
    home.site.variables.rustup_home = lender.home().root();
    home.add_tool("toolchains/mine/bin/rustc");
    std::string directory = lender.home_directory();
    SECTION("at home") {}
    SECTION("away") {
        directory = lender.commit_away("b");
    }
    const StandIn found = home.find({"cargo", "build"});
    CHECK(found.call.program == directory + "/bin/cargo");
    REQUIRE(found.fallback);
    CHECK(found.fallback->program == directory + "/bin/cargo");
    REQUIRE(found.call.ranges.size() == 1);
    const std::string place = lender.place().name();
    CHECK(found.call.ranges.front().holds(lock::Key::directory(place), lock::Mode::shared));
    CHECK(found.call.ranges.front().holds(lock::Key::use(place, "cargo"), lock::Mode::shared));
    CHECK_FALSE(found.call.environment.contains("LATCHKEY_SESSION"));
}

TEST_CASE("a lender that is being changed is busy", "[proxy]") {
    ProxyHome lender;
    LinkedHome home;
    home.site.variables.rustup_home = lender.home().root();
    home.add_tool("toolchains/mine/bin/rustc");
    const auto other = lender.store.exclusive(lock::Key::directory(lender.place().name()));
    CHECK(test::error_text([&] { (void)home.find({"cargo"}); }) ==
          "toolchain '" + std::string(kToolchain) + "' is being changed");
}

TEST_CASE("cargo and rustup run tell the session, other tools leave it as it is", "[proxy]") {
    const ProxyHome home;
    resolve::Site site;
    site.variables.rustup_home = home.home().root();
    site.variables.cargo_home = home.store.dir / "cargo";
    const auto told = [&](const std::string& tool, std::optional<resolve::Source> source) {
        auto pinned = try_pin(home.home(),
                              {*dist::ToolchainName::parse(kToolchain), tool, std::nullopt, false});
        const ToolRequest request{*dist::ToolchainName::parse(kToolchain), {tool}, source, {}};
        const auto call = find_own_tool(site, request, std::get<Pinned>(pinned));
        return call->environment.find("LATCHKEY_SESSION").value_or("nothing");
    };
    const std::string session = home.session_text(ProxyHome::at_home());
    CHECK(told("cargo", resolve::Source::default_) == session);
    CHECK(told("rustc", resolve::Source::default_) == "nothing");
    CHECK(told("rustc", std::nullopt) == session + ",whole");
    CHECK(told("cargo", std::nullopt) == session + ",whole");
}

TEST_CASE("where cargo is a link to rustup, children are told the real one", "[proxy]") {
    LinkedHome home;
    const std::string cargo = home.add_tool("toolchains/mine/bin/cargo");
    const std::string told = home.folder.path() + "/told";
    home.environment.set("CARGO", told);
    for (const char* target : {"rustup", "/x/rustup.exe", "latchkey", "latchkey-proxy"}) {
        CAPTURE(target);
        platform::remove_file(told);
        platform::make_link(target, told);
        CHECK(home.find({"cargo"}).call.environment.find("CARGO") == cargo);
        CHECK(home.find({"rustc"}).call.environment.find("CARGO") == told);
    }
    platform::remove_file(told);
    platform::make_link("/x/cargo", told);
    CHECK(home.find({"cargo"}).call.environment.find("CARGO") == told);
}

TEST_CASE("a tool that is not found leaves what was pinned with the caller", "[proxy]") {
    const ProxyHome home;
    resolve::Site site;
    site.variables.rustup_home = home.home().root();
    site.variables.recursion_count = 20;
    auto result =
        try_pin(home.home(), {*dist::ToolchainName::parse(kToolchain), "rls", std::nullopt, false});
    Pinned& pinned = std::get<Pinned>(result);
    const ToolRequest request{*dist::ToolchainName::parse(kToolchain), {"rls"}, std::nullopt, {}};
    CHECK_FALSE(find_own_tool(site, request, pinned));
    CHECK_FALSE(find_stand_in(site, request, pinned));
    REQUIRE(pinned.ranges);
    CHECK(pinned.ranges->holds(lock::Key::directory(home.place().name()), lock::Mode::shared));
}

TEST_CASE("what cannot be run is an error that names what was asked for", "[proxy]") {
    const LinkedHome home;
    const ToolCall call = home.find({"no-such-tool"}).call;
    CHECK(test::error_text([&] { become(call); }) ==
          "command failed: 'no-such-tool': No such file or directory (os error 2)");
}
