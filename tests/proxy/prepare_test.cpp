#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;

TEST_CASE("whatever is not plain is handed over to the full program, as it was asked", "[proxy]") {
    ProxyHome home;
    const auto handed_over = [&home](const std::string& tool, std::vector<std::string> arguments) {
        std::string expected = kHandedOver;
        for (const std::string& word : arguments) expected += word + " ";
        expected.back() = '\n';
        return home.run(tool, std::move(arguments)).output == expected;
    };
    CHECK(handed_over("rustc", {"+nightly", "a"}));  // Not installed.
    CHECK(handed_over("rustc", {"+/", "a"}));        // No name at all.
    CHECK(handed_over("rust-analyzer", {"a"}));      // The toolchain has none.
    ::chmod((home.home_directory() + "/bin/rustdoc").c_str(), 0644);
    CHECK(handed_over("rustdoc", {"a"}));  // It cannot be started.
    home.variables["RUST_RECURSION_COUNT"] = "21";
    CHECK(handed_over("rustc", {"a"}));
    home.variables.erase("RUST_RECURSION_COUNT");
    home.variables["RUSTUP_IO_THREADS"] = "0";
    CHECK(handed_over("rustc", {"a"}));
    home.variables.erase("RUSTUP_IO_THREADS");
    home.variables["RUSTUP_FORCE_ARG0"] = "no-tool";
    CHECK(handed_over("rustc", {"a"}));
    home.variables.erase("RUSTUP_FORCE_ARG0");
    home.store.dir.write("work/rust-toolchain.toml",
                         "[toolchain]\nchannel = \"stable\"\ncomponents = [\"miri\"]\n");
    CHECK(handed_over("rustc", {"a"}));  // Something that the file lists may be missing.
    home.store.dir.write("work/rust-toolchain.toml", "[toolchain\n");
    CHECK(handed_over("rustc", {"a"}));
    home.store.dir.write("work/rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n");
    CHECK_FALSE(handed_over("rustc", {"a"}));
    home.store.dir.write("work/rust-toolchain", "stable\n");
    CHECK(handed_over("rustc", {"a"}));  // Which of the two files counts must be said.
}

TEST_CASE("a home in the format of Latchkey 0.1 is handed over, to be refused", "[proxy]") {
    const ProxyHome home;
    home.store.dir.make("latchkey/generations/" + std::string(kNightly) + "/1/bin");
    platform::make_link("../latchkey/generations/" + std::string(kNightly) + "/1",
                        home.home().toolchain(kNightly));
    CHECK(home.run("rustc", {"+nightly", "a"}).output == kHandedOver + "+nightly a\n");
}

TEST_CASE("a generation that may have suffered from a crash is handed over", "[proxy]") {
    const ProxyHome home;
    const store::State good = home.store.load_state(kToolchain);
    const std::string ran = home.home_directory() + "/bin/rustc a\n";
    const auto with = [&](const char* boot, bool synced, std::uint64_t inode) {
        store::State state = good;
        state.boot_id = boot;
        state.synced = synced;
        state.inode = inode;
        home.store.save_state(kToolchain, state);
        return home.run("rustc", {"a"}).output;
    };
    CHECK(with("another", false, good.inode) == kHandedOver + "a\n");
    CHECK(with("another", true, good.inode) == ran);
    CHECK(with("another", false, good.inode + 1) == ran);  // A copy: this machine did not write it.
    CHECK(with(good.boot_id.c_str(), false, good.inode) == ran);
    platform::save_file(home.home().state(kToolchain), "latchkey-state 3\n");
    CHECK(home.run("rustc", {"a"}).output == kHandedOver + "a\n");
}

TEST_CASE("a range that stays refused is handed over, not waited for", "[proxy]") {
    const ProxyHome home;
    const lock::LockSet collector = home.store.exclusive(use_key("rustc"));
    CHECK(home.run("rustc", {"a"}).output == kHandedOver + "a\n");
}
