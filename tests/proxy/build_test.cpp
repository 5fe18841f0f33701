#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;

TEST_CASE("cargo tells what it starts on which generation it runs", "[proxy]") {
    ProxyHome home;
    const std::string session = home.environment_of("cargo").at("LATCHKEY_SESSION");
    CHECK(session == home.session_text(ProxyHome::at_home()));
    home.variables["LATCHKEY_SESSION"] = session;
    const std::string away = home.commit_away("b");
    CHECK(home.run("rustc", {}).output == home.home_directory() + "/bin/rustc\n");
    CHECK(home.run("rustfmt", {}).output == home.home_directory() + "/bin/rustfmt\n");
    Child member = home.start("rustdoc", {"wait"});
    member.wait_for_line();
    CHECK(home.holds(member.pid(), directory_key()));
    // No state describes to it what is there now.
    CHECK(home.holds(member.pid(), use_key("*")));
    // cargo begins afresh, and says so to its own.
    CHECK(home.run("cargo", {}).output == away + "/bin/cargo\n");
    CHECK(home.environment_of("cargo").at("LATCHKEY_SESSION") == home.session_text(home.place()));
}

TEST_CASE("a build goes on when its toolchain is uninstalled under it", "[proxy]") {
    ProxyHome home;
    Child cargo = home.start("cargo", {"wait"});
    cargo.wait_for_line();
    home.variables["LATCHKEY_SESSION"] = home.session_text(ProxyHome::at_home());
    home.store.uninstall(kToolchain);
    CHECK(home.run("rustc", {}).output == home.home_directory() + "/bin/rustc\n");
    // What begins afresh is the full program's to install, or to refuse.
    CHECK(home.run("cargo", {}).output.starts_with(kHandedOver));
    home.variables.erase("LATCHKEY_SESSION");
    CHECK(home.run("rustc", {}).output.starts_with(kHandedOver));
}

TEST_CASE("a build sees what is added to its generation while it runs", "[proxy]") {
    ProxyHome home;
    home.variables["LATCHKEY_SESSION"] = home.session_text(ProxyHome::at_home());
    home.store.commit(kToolchain, {StoreHome::kept("rustc"), StoreHome::kept("cargo"),
                                   StoreHome::kept("rust-std"),
                                   home.add_tools("clippy-preview", "a", {"clippy-driver"})});
    Child child = home.start("clippy-driver", {"wait"});
    CHECK(child.wait_for_line() == home.home_directory() + "/bin/clippy-driver");
    CHECK(home.holds(child.pid(), use_key("clippy-preview")));
    CHECK_FALSE(home.holds(child.pid(), use_key("*")));
}

TEST_CASE("a session of another toolchain, or none that makes sense, binds nobody", "[proxy]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    const std::string mark = proxy::find_mark(home.home(), ProxyHome::at_home());
    const std::string stable = kToolchain;
    for (const std::string& session :
         {"home/" + std::string(kNightly) + "@" + mark, "home/@" + mark, stable + "@" + mark,
          "home/" + stable, "home/" + stable + "@", "home/" + stable + "@another", "@" + mark,
          std::string(), "home/stable@" + mark, "away/1/" + stable + "@" + mark,
          "away/0/" + stable + "@" + mark, "home/" + stable + "@" + mark + " ",
          "home/" + stable + "@" + mark + ",part"}) {
        CAPTURE(session);
        home.variables["LATCHKEY_SESSION"] = session;
        CHECK(home.run("rustc", {}).output == away + "/bin/rustc\n");
    }
    home.variables["LATCHKEY_SESSION"] = "home/" + stable + "@" + mark;
    CHECK(home.run("rustc", {}).output == home.home_directory() + "/bin/rustc\n");
}

TEST_CASE("a session whose directory was replaced or retired begins afresh", "[proxy]") {
    ProxyHome home;
    home.commit_away("b");
    const std::string at_home = home.session_text(ProxyHome::at_home());
    const std::string away = home.session_text(home.place());
    home.store.settle(kToolchain);
    const std::string expected = home.home_directory() + "/bin/rustc\n";
    home.variables["LATCHKEY_SESSION"] = at_home;
    CHECK(home.run("rustc", {}).output == expected);
    CHECK(home.environment_of("rustc").find("LATCHKEY_SESSION")->second == at_home);
    // The generation away is still there for whoever began on it.
    home.variables["LATCHKEY_SESSION"] = away;
    CHECK(home.run("rustc", {}).output == home.home().directory({kToolchain, 2}) + "/bin/rustc\n");
    home.store.retire(kToolchain);
    CHECK(home.run("rustc", {}).output == expected);
    home.variables["LATCHKEY_SESSION"] = "away/99/" + std::string(kToolchain) + "@x";
    CHECK(home.run("rustc", {}).output == expected);
}

TEST_CASE("a build on a directory that rustup made stays on it when that is taken over",
          "[proxy]") {
    ProxyHome home;
    home.add_plain(kNightly);
    Child cargo = home.start("cargo", {"+nightly", "wait"});
    cargo.wait_for_line();
    const std::string session = home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION");
    // A component is added: the directory has a tag then. And it is updated: it lags.
    home.store.commit(kNightly, {StoreHome::kept("rustc"), home.add_tools("rls", "a", {"rls"})});
    home.commit("b", kNightly);
    home.variables["LATCHKEY_SESSION"] = session;
    CHECK(home.run("rustc", {"+nightly"}).output ==
          home.home().toolchain(kNightly) + "/bin/rustc\n");
    home.variables.erase("LATCHKEY_SESSION");
    CHECK(home.run("rustc", {"+nightly"}).output ==
          store::current_directory(home.home(), kNightly) + "/bin/rustc\n");
    CHECK(store::current_directory(home.home(), kNightly) != home.home().toolchain(kNightly));
}
