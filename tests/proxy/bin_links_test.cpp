#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/proxy/bin_links.hpp"
#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;

TEST_CASE("a proxy whose neighbours are lost asks the full program first, which mends them",
          "[proxy]") {
    const ProxyHome home;
    const auto lose = GENERATE(as<std::string>{}, "nothing", "a link to nothing", "an old proxy",
                               "a link to the file", "the proxy's hard link");
    const std::string name = GENERATE(as<std::string>{}, "rustup", "cargo", "rustdoc", "rustfmt");
    CAPTURE(lose, name);
    const std::string path = home.proxy(name);
    platform::remove_file(path);
    if (lose == "a link to nothing") platform::make_link("gone", path);
    if (lose == "an old proxy") platform::copy_file(LATCHKEY_PROXY, path);
    if (lose == "a link to the file") {
        platform::make_link(home.proxy(".latchkey/proxy/rustup"), path);
    }
    if (lose == "the proxy's hard link") {
        platform::link_file(home.proxy(".latchkey/proxy/rustup"), path);
    }
    CHECK(proxy::find_lost_names(home.store.dir / "cargo/bin") ==
          std::vector<std::string_view>{name});
    if (name != "cargo") CHECK(home.run("cargo", {"a"}).output == kHandedOver + "a\n");
    // The others look only at those two, which look after the rest.
    const bool looks = name == "rustup" || name == "cargo";
    CHECK(home.run("rustc", {"a"}).output ==
          (looks ? kHandedOver : home.home_directory() + "/bin/rustc ") + "a\n");
}

TEST_CASE("a proxy leaves alone what is somebody else's", "[proxy]") {
    const ProxyHome home;
    const std::string expected = home.home_directory() + "/bin/rustc a\n";
    const auto replace = [&](const std::string& name) {
        platform::remove_file(home.proxy(name));
        ProxyHome::add_program(home.proxy(name), "#!/bin/sh\necho mine\n");
    };
    for (const char* name : {"rustfmt", "cargo"}) {
        replace(name);
        CHECK(home.run("rustc", {"a"}).output == expected);
        CHECK(home.run("cargo", {"a"}).output != kHandedOver + "a\n");
    }
    // With another rustup, all of the folder is that one's.
    replace("rustup");
    platform::remove_file(home.proxy("cargo"));
    CHECK(home.run("rustc", {"a"}).output == expected);
}

TEST_CASE("a proxy mends no other folder than its own, and nothing without a full program",
          "[proxy]") {
    ProxyHome home;
    const std::string expected = home.home_directory() + "/bin/rustc a\n";
    platform::remove_file(home.proxy("cargo"));
    CHECK(home.run("rustc", {"a"}).output.starts_with(kHandedOver));
    home.variables["CARGO_HOME"] = home.store.dir / "another";
    CHECK(home.run("rustc", {"a"}).output == expected);
    home.variables["CARGO_HOME"] = home.store.dir / "cargo";
    platform::remove_file(home.proxy(".latchkey/rustup"));
    CHECK(home.run("rustc", {"a"}).output == expected);
}
