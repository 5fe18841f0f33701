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

TEST_CASE("the full program waits for a range that stays refused", "[proxy]") {
    ProxyHome home;
    platform::remove_file(home.proxy(".latchkey/rustup"));
    platform::make_link(LATCHKEY_BINARY, home.proxy(".latchkey/rustup"));
    const Key key = use_key("rustc");
    std::optional<lock::LockSet> collector = home.store.exclusive(key);
    Child rustc = home.start("rustc", {"wait"});
    const auto waits = [&] {
        const auto holders = lock::find_holders(home.home().lock_file(), key);
        return std::any_of(holders.begin(), holders.end(), [&](const lock::Holder& holder) {
            return holder.process == rustc.pid() && holder.waiting;
        });
    };
    for (int look = 0; look < 30000 && !waits(); ++look) ::usleep(1000);
    CHECK(waits());
    collector.reset();
    CHECK(rustc.wait_for_line() == home.home_directory() + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), key));
}

TEST_CASE("without a full program a proxy says what is missing", "[proxy]") {
    const ProxyHome home;
    platform::remove_file(home.proxy(".latchkey/rustup"));
    CHECK(home.run("rustc", {}).exit_code == 0);
    const ToolEnd end = home.run("rustc", {"+nightly"});
    CHECK(end.exit_code == 1);
    CHECK(end.errors.starts_with("error: there is no 'rustup' beside this program"));
    CHECK(end.errors.find("rustup-init") != std::string::npos);
    // A copy of the proxy in the full program's place would ask itself for ever.
    platform::copy_file(LATCHKEY_PROXY, home.proxy(".latchkey/rustup"));
    CHECK(home.run("rustc", {"+nightly"}).errors == end.errors);
}

TEST_CASE("the full program is found where the proxy lies, whichever CARGO_HOME is named",
          "[proxy]") {
    ProxyHome home;
    home.variables["CARGO_HOME"] = home.store.dir / "another";
    CHECK(home.run("rustc", {"+nightly"}).output == kHandedOver + "+nightly\n");
    // Copies follow links where a tool or a file system cannot do otherwise.
    for (const char* name : {"rustc", "rustup"}) {
        platform::make_directories(home.store.dir / "flat");
        platform::copy_file(*platform::find_canonical(home.proxy(name)),
                            home.store.dir / ("flat/" + std::string(name)));
    }
    const auto run = [&](const std::string& word) {
        return ProxyHome::end(Child(home.store.dir / "flat/rustc", home.options({word})));
    };
    CHECK(run("+nightly").output == kHandedOver + "+nightly\n");
    CHECK(run("a").output == home.home_directory() + "/bin/rustc a\n");
    platform::remove_file(home.store.dir / "flat/rustup");
    home.variables["CARGO_HOME"] = home.store.dir / "cargo";
    platform::remove_file(home.proxy("rustup"));
    CHECK(run("+nightly").output == kHandedOver + "+nightly\n");
}
