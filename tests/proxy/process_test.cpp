#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/file.hpp"
#include "latchkey/store/hand_back.hpp"
#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;

namespace {

const std::string kHandedOver = "full program: ";

}  // namespace

TEST_CASE("a proxy becomes the tool of the current generation, by its own path", "[proxy]") {
    const ProxyHome home;
    const ToolEnd end = home.run("rustc", {"--version", "-v"});
    CHECK(end.output == home.generation(1) + "/bin/rustc --version -v\n");
    CHECK(end.errors.empty());
    CHECK(end.exit_code == 0);
}

TEST_CASE("a tool is told its toolchain, its homes, and where its libraries are", "[proxy]") {
    const ProxyHome home;
    const auto found = home.environment_of("rustc");
    CHECK(found.at("RUSTUP_TOOLCHAIN") == kToolchain);
    CHECK(found.at("RUSTUP_TOOLCHAIN_SOURCE") == "default");
    CHECK(found.at("RUSTUP_HOME") == home.home().root());
    CHECK(found.at("CARGO_HOME") == home.store.dir / "cargo");
    CHECK(found.at("RUST_RECURSION_COUNT") == "1");
    CHECK(found.at("LD_LIBRARY_PATH") == home.generation(1) + "/lib");
    CHECK(found.at("PATH") == (home.store.dir / "cargo/bin") + ":/usr/bin:/bin");
    CHECK_FALSE(found.contains("LATCHKEY_SESSION"));
}

TEST_CASE("+toolchain is taken from the command line and is a source of its own", "[proxy]") {
    const ProxyHome home;
    CHECK(home.environment_of("rustc", {"+stable"}).at("RUSTUP_TOOLCHAIN_SOURCE") == "cli");
    CHECK(home.run("rustc", {"+stable", "+x"}).output == home.generation(1) + "/bin/rustc +x\n");
}

TEST_CASE("a tool holds its generation and the trees that it loads, and no others", "[proxy]") {
    const ProxyHome home;
    Child rustc = home.start("rustc", {"wait"});
    rustc.wait_for_line();
    CHECK(home.holds(rustc.pid(), Key::generation(kToolchain, 1)));
    CHECK(home.holds(rustc.pid(), Key::use("rustc-a")));
    CHECK(home.holds(rustc.pid(), Key::use("rust-std-a")));
    CHECK_FALSE(home.holds(rustc.pid(), Key::use("cargo-a")));
    CHECK_FALSE(home.holds(rustc.pid(), Key::use("rust-docs-a")));

    Child cargo = home.start("cargo", {"wait"});
    cargo.wait_for_line();
    for (const char* tree : {"rustc-a", "rust-std-a", "cargo-a", "rustfmt-preview-a"}) {
        CHECK(home.holds(cargo.pid(), Key::use(tree)));
    }
    CHECK_FALSE(home.holds(cargo.pid(), Key::use("rust-docs-a")));
}

TEST_CASE("ranges end with the tool, and not before what it left in the background", "[proxy]") {
    const ProxyHome home;
    const std::string pipe = home.store.dir / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    ProxyHome::add_program(home.generation(1) + "/bin/rustc", "#!/bin/sh\n(read line < " + pipe +
                                                                  ") </dev/null >/dev/null 2>&1 &\n"
                                                                  "echo $!\n");
    Child rustc = home.start("rustc", {});
    const pid_t background = std::stoi(rustc.wait_for_line());
    CHECK(rustc.wait().exit_code == 0);
    CHECK(home.holds(background, Key::generation(kToolchain, 1)));
    CHECK_FALSE(lock::LockSet::try_acquire(home.home().lock_file(), Key::use("rustc-a"),
                                           lock::Mode::exclusive));
    platform::save_file(pipe, "go\n");
    const auto collect = [&home] {
        return lock::LockSet::try_acquire(home.home().lock_file(), Key::use("rustc-a"),
                                          lock::Mode::exclusive);
    };
    // It is nobody's child here: nobody tells when it has ended.
    for (int look = 0; look < 5000 && !collect(); ++look) ::usleep(1000);
    CHECK(collect());
}

TEST_CASE("what a tool inherits lies above the numbers that programs count on", "[proxy]") {
    const ProxyHome home;
    ProxyHome::add_program(home.generation(1) + "/bin/rustc",
                           "#!/bin/sh\nfor f in /proc/$$/fd/*; do case $(readlink $f) in "
                           "*/locks) echo ${f##*/};; esac; done\n");
    CHECK(home.run("rustc", {}).output == "100\n");
}

TEST_CASE("a low limit of open files does not stop a proxy", "[proxy]") {
    const ProxyHome home;
    const std::string command = "ulimit -n 20; exec " + home.proxy("rustc") + " wait";
    Child rustc("/bin/sh", home.options({"-c", command}));
    CHECK(rustc.wait_for_line() == home.generation(1) + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), Key::generation(kToolchain, 1)));
}

TEST_CASE("closed standard streams are not what the lock file is opened as", "[proxy]") {
    const ProxyHome home;
    const std::string told = home.store.dir / "told";
    ProxyHome::add_program(
        home.generation(1) + "/bin/rustc",
        "#!/bin/sh\nreadlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 > " + told + "\n");
    const std::string command = "exec " + home.proxy("rustc") + " <&- >&- 2>&-";
    CHECK(ProxyHome::end(Child("/bin/sh", home.options({"-c", command}))).exit_code == 0);
    CHECK(platform::load_file(told) == "/dev/null\n" + told + "\n/dev/null\n");
}

TEST_CASE("a commit between the two looks makes a proxy begin again", "[proxy]") {
    ProxyHome home;
    const std::string table = home.home().proxy_table(kToolchain, 1);
    const std::string text = platform::load_file(table);
    platform::remove_file(table);
    REQUIRE(::mkfifo(table.c_str(), 0600) == 0);
    Child rustc = home.start("rustc", {"wait"});
    {
        // Opens as soon as the proxy reads the table: it has seen generation 1 as the current one.
        const platform::Fd writer = platform::open_file(table, O_WRONLY);
        home.commit("b");
        platform::write_all(writer, as_bytes(text), table);
    }
    CHECK(rustc.wait_for_line() == home.generation(2) + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), Key::generation(kToolchain, 2)));
    CHECK(home.holds(rustc.pid(), Key::use("rustc-b")));
    CHECK_FALSE(home.holds(rustc.pid(), Key::generation(kToolchain, 1)));
    CHECK_FALSE(home.holds(rustc.pid(), Key::use("rustc-a")));
}

TEST_CASE("cargo tells what it starts on which generation it runs", "[proxy]") {
    ProxyHome home;
    const std::string session = home.environment_of("cargo").at("LATCHKEY_SESSION");
    CHECK(session == home.mark(1));
    home.variables["LATCHKEY_SESSION"] = session;
    home.commit("b");
    CHECK(home.run("rustc", {}).output == home.generation(1) + "/bin/rustc\n");
    CHECK(home.run("rustfmt", {}).output == home.generation(1) + "/bin/rustfmt\n");
    Child member = home.start("rustdoc", {"wait"});
    member.wait_for_line();
    CHECK(home.holds(member.pid(), Key::generation(kToolchain, 1)));
    CHECK(home.holds(member.pid(), Key::use("rustc-a")));
    // cargo begins afresh, and says so to its own.
    CHECK(home.run("cargo", {}).output == home.generation(2) + "/bin/cargo\n");
    CHECK(home.environment_of("cargo").at("LATCHKEY_SESSION") == home.mark(2));
}

TEST_CASE("a build goes on when its toolchain is uninstalled under it", "[proxy]") {
    ProxyHome home;
    home.variables["LATCHKEY_SESSION"] = home.environment_of("cargo").at("LATCHKEY_SESSION");
    platform::remove_file(home.home().toolchain(std::string(kToolchain)));
    CHECK(home.run("rustc", {}).output == home.generation(1) + "/bin/rustc\n");
    // What begins afresh is the full program's to install, or to refuse.
    CHECK(home.run("cargo", {}).output.starts_with("full program: "));
    home.variables.erase("LATCHKEY_SESSION");
    CHECK(home.run("rustc", {}).output.starts_with("full program: "));
}

TEST_CASE("a session of another toolchain, or none that makes sense, binds nobody", "[proxy]") {
    ProxyHome home;
    home.commit("b");
    const std::string at = "@" + std::to_string(home.session(1).inode);
    const std::string stable = kToolchain;
    for (const std::string& session :
         {"nightly-x86_64-unknown-linux-gnu=1" + at, "=1" + at, "1" + at, at, std::string(),
          stable + "=", stable + "=1", stable + "=1@", stable + "=" + at, "stable=1" + at,
          stable + "=-1" + at, stable + "=1@-1", stable + "=1" + at + "x", stable + "=1@1"}) {
        home.variables["LATCHKEY_SESSION"] = session;
        CHECK(home.run("rustc", {}).output == home.generation(2) + "/bin/rustc\n");
    }
    home.variables["LATCHKEY_SESSION"] = stable + "=1" + at;
    CHECK(home.run("rustc", {}).output == home.generation(1) + "/bin/rustc\n");
}

TEST_CASE("a session whose generation was retired or lost a tree begins afresh", "[proxy]") {
    ProxyHome home;
    home.commit("b");
    home.commit("c");
    home.variables["LATCHKEY_SESSION"] = home.mark(2);
    CHECK(home.run("rustc", {}).output == home.generation(2) + "/bin/rustc\n");
    platform::remove_file(home.home().tree_index("rustc-b"));
    CHECK(home.run("rustc", {}).output == home.generation(3) + "/bin/rustc\n");

    home.variables["LATCHKEY_SESSION"] = home.mark(1);
    CHECK(home.run("rustc", {}).output == home.generation(1) + "/bin/rustc\n");
    platform::remove_tree(home.store.on, home.generation(1));
    platform::make_link("../../../toolchains/" + std::string(kToolchain), home.generation(1));
    CHECK(home.run("rustc", {}).output == home.generation(3) + "/bin/rustc\n");
    home.variables["LATCHKEY_SESSION"] = std::string(kToolchain) + "=99@1";
    CHECK(home.run("rustc", {}).output == home.generation(3) + "/bin/rustc\n");
}

TEST_CASE("a directory that rustup made is used as it is, under generation 0", "[proxy]") {
    ProxyHome home;
    home.add_plain("nightly-x86_64-unknown-linux-gnu");
    Child rustc = home.start("rustc", {"+nightly", "wait"});
    CHECK(rustc.wait_for_line() ==
          home.home().toolchain("nightly-x86_64-unknown-linux-gnu") + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), Key::generation("nightly-x86_64-unknown-linux-gnu", 0)));
    const auto directory =
        platform::find_status(home.home().toolchain("nightly-x86_64-unknown-linux-gnu"));
    CHECK(home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION") ==
          "nightly-x86_64-unknown-linux-gnu=0@" + std::to_string(directory->inode));
}

TEST_CASE("a build on a directory that rustup made stays on it when it is adopted", "[proxy]") {
    ProxyHome home;
    const std::string nightly = "nightly-x86_64-unknown-linux-gnu";
    std::uint64_t number = 0;
    SECTION("as generation 0") {}
    SECTION("as another, where the name has a past") {
        home.store.commit(nightly, {home.add_tools("rustc", "old", {"rustc"})});
        home.store.remove(nightly);
        number = 3;
    }
    home.add_plain(nightly);
    const std::string session = home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION");
    home.adopt(nightly);
    home.store.commit(nightly, {home.add_tools("rustc", "new", {"rustc"})});
    platform::remove_file(home.home().tree_index("rustc-adopted"));
    home.variables["LATCHKEY_SESSION"] = session;
    CHECK(home.run("rustc", {"+nightly"}).output ==
          home.home().generation(nightly, number) + "/bin/rustc\n");
    CHECK(home.run("cargo", {"+nightly"}).output.starts_with("full program: "));  // It has none.
    home.variables.erase("LATCHKEY_SESSION");
    CHECK(home.run("rustc", {"+nightly"}).output ==
          home.home().generation(nightly, number + 1) + "/bin/rustc\n");
}

TEST_CASE("a build knows its directory from another that was given back beside it", "[proxy]") {
    ProxyHome home;
    const std::string nightly = "nightly-x86_64-unknown-linux-gnu";
    home.add_plain(nightly);
    const std::string before = home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION");
    home.adopt(nightly);
    home.store.commit(nightly, {home.add_tools("rustc", "new", {"rustc"}),
                                home.add_tools("cargo", "new", {"cargo"})});
    {
        const auto range = StoreHome::exclusive(home.home(), Key::toolchain(nightly));
        REQUIRE(store::restore_directory(home.store.on, home.home(), nightly, range));
    }
    const std::string after = home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION");
    home.variables["LATCHKEY_SESSION"] = before;
    CHECK(home.run("rustc", {"+nightly"}).output ==
          home.home().generation(nightly, 0) + "/bin/rustc\n");
    home.variables["LATCHKEY_SESSION"] = after;
    CHECK(home.run("rustc", {"+nightly"}).output ==
          home.home().toolchain(nightly) + "/bin/rustc\n");
}

TEST_CASE("a linked toolchain and a directory need no ranges", "[proxy]") {
    const ProxyHome home;
    const std::string path = home.store.dir / "mine";
    ProxyHome::add_program(path + "/bin/rustc", kFakeTool);
    ProxyHome::add_program(path + "/bin/cargo", kFakeTool);
    platform::make_link(path, home.home().toolchain("mine"));
    CHECK(home.run("rustc", {"+mine", "a"}).output ==
          home.home().toolchain("mine") + "/bin/rustc a\n");
    CHECK(home.run("rustc", {"+" + path, "a"}).output == path + "/bin/rustc a\n");
    CHECK_FALSE(home.environment_of("cargo", {"+mine"}).contains("LATCHKEY_SESSION"));
    CHECK(home.environment_of("cargo", {"+" + path}).at("RUSTUP_TOOLCHAIN") == path);
}

TEST_CASE("a home that rustup made works before anything of ours is in it", "[proxy]") {
    const ProxyHome other;
    ProxyHome home;
    home.variables["RUSTUP_HOME"] = home.store.dir.make("bare");
    home.store.dir.write("bare/settings.toml", "version = \"12\"\n");
    const std::string rustc = home.store.dir / "bare/toolchains/nightly-x86_64-unknown-linux-gnu";
    ProxyHome::add_program(rustc + "/bin/rustc", kFakeTool);
    CHECK(home.run("rustc", {"+nightly", "a"}).output == rustc + "/bin/rustc a\n");
}

TEST_CASE("a home on which nobody may write needs no ranges", "[proxy]") {
    if (::geteuid() == 0) {
        // Root may write anywhere: a file where the lock file's folder would be stops it, too.
        ProxyHome home;
        home.variables["RUSTUP_HOME"] = home.store.dir.make("bare");
        home.store.dir.write("bare/settings.toml", "version = \"12\"\n");
        home.store.dir.write("bare/latchkey", "");
        const std::string path =
            home.store.dir / "bare/toolchains/nightly-x86_64-unknown-linux-gnu";
        ProxyHome::add_program(path + "/bin/rustc", kFakeTool);
        CHECK(home.run("rustc", {"+nightly", "a"}).output == path + "/bin/rustc a\n");
        return;
    }
    const ProxyHome home;
    const std::string root = home.home().root();
    platform::remove_file(root + "/latchkey/locks");
    for (const std::string& path : {root + "/latchkey", root}) ::chmod(path.c_str(), 0555);
    const std::string output = home.run("rustc", {"a"}).output;
    for (const std::string& path : {root, root + "/latchkey"}) ::chmod(path.c_str(), 0755);
    CHECK(output == home.generation(1) + "/bin/rustc a\n");
}

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
    ::chmod((home.generation(1) + "/bin/rustdoc").c_str(), 0644);
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

TEST_CASE("a generation that may have suffered from a crash is handed over", "[proxy]") {
    const ProxyHome home;
    const std::string path = home.home().proxy_table(kToolchain, 1);
    const std::string text = platform::load_file(path);
    const auto with = [&](const char* boot, const char* synced) {
        const std::size_t rest = text.find("tool ");
        platform::save_file(path, "latchkey-proxies 1\nboot " + std::string(boot) + "\nsynced " +
                                      synced + "\n" + text.substr(rest));
        return home.run("rustc", {"a"}).output;
    };
    CHECK(with("another", "0") == kHandedOver + "a\n");
    CHECK(with("another", "1") == home.generation(1) + "/bin/rustc a\n");
    platform::save_file(path, "latchkey-proxies 2\n");
    CHECK(home.run("rustc", {"a"}).output == kHandedOver + "a\n");
}

TEST_CASE("a range that stays refused is handed over, not waited for", "[proxy]") {
    const ProxyHome home;
    const lock::LockSet collector = StoreHome::exclusive(home.home(), Key::use("rustc-a"));
    CHECK(home.run("rustc", {"a"}).output == kHandedOver + "a\n");
}

TEST_CASE("the full program waits for a range that stays refused", "[proxy]") {
    ProxyHome home;
    platform::remove_file(home.proxy("rustup"));
    platform::make_link(LATCHKEY_BINARY, home.proxy("rustup"));
    const Key key = Key::use("rustc-a");
    std::optional<lock::LockSet> collector = StoreHome::exclusive(home.home(), key);
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
    CHECK(rustc.wait_for_line() == home.generation(1) + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), key));
}

TEST_CASE("without a full program a proxy says what is missing", "[proxy]") {
    const ProxyHome home;
    platform::remove_file(home.proxy("rustup"));
    CHECK(home.run("rustc", {}).exit_code == 0);
    const ToolEnd end = home.run("rustc", {"+nightly"});
    CHECK(end.exit_code == 1);
    CHECK(end.errors.starts_with("error: there is no 'rustup' beside this program"));
    // A copy of the proxy under the full program's name would ask itself for ever.
    home.add_proxy("rustup");
    CHECK(home.run("rustc", {"+nightly"}).errors == end.errors);
}

TEST_CASE("a proxy is found by its own name, by RUSTUP_FORCE_ARG0 and by no extension", "[proxy]") {
    ProxyHome home;
    home.add_proxy("rustdoc.exe");
    CHECK(home.run("rustdoc.exe", {}).output == home.generation(1) + "/bin/rustdoc\n");
    home.variables["RUSTUP_FORCE_ARG0"] = "/x/rustc";
    CHECK(home.run("cargo", {}).output == home.generation(1) + "/bin/rustc\n");
}

TEST_CASE("a tool dies of a broken pipe, though the proxy was told to ignore it", "[proxy]") {
    const ProxyHome home;
    ProxyHome::add_program(home.generation(1) + "/bin/rustc",
                           "#!/bin/sh\nwhile read name mask; do case $name in SigBlk:|SigIgn:) "
                           "echo $((0x$mask >> 12 & 1)) ;; esac; done < /proc/$$/status\n");
    ChildOptions options = home.options({});
    options.ignored_signals = {SIGPIPE};
    const ToolEnd end = ProxyHome::end(Child(home.proxy("rustc"), options));
    CHECK(end.output == "0\n0\n");
}
