#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"
#include "latchkey/proxy/bin_links.hpp"
#include "proxy_home.hpp"

using namespace latchkey;
using namespace latchkey::test;
using lock::Key;

namespace {

const std::string kHandedOver = "full program: ";

Key directory_key() {
    return Key::directory(ProxyHome::at_home().name());
}

Key use_key(const std::string& component,
            const std::string& place = "home/" + std::string(kToolchain)) {
    return Key::use(place, component);
}

/// A FIFO that a proxy reads in place of a file: it tells when the proxy looks.
class WatchedFile {
public:
    explicit WatchedFile(std::string path) : path_(std::move(path)) { place_fifo(); }

    /// Waits until somebody has opened it. False: `is_over` came first.
    template <typename IsOver>
    bool wait_for_reader(IsOver is_over) {
        while (writer_ < 0) {
            writer_ = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK);
            if (writer_ < 0 && is_over()) return false;
            if (writer_ < 0) ::usleep(200);
        }
        return true;
    }

    /// The reader gets this; the next one waits again.
    void answer_and_watch(const std::string& text) {
        place_fifo();
        answer(text);
    }

    /// The reader gets this; the next ones find a file.
    void answer_and_leave(const std::string& text, const std::string& file_text) {
        platform::save_file(path_ + ".new", file_text);
        platform::rename_path(path_ + ".new", path_);
        answer(text);
    }

private:
    void place_fifo() const {
        REQUIRE(::mkfifo((path_ + ".fifo").c_str(), 0600) == 0);
        platform::rename_path(path_ + ".fifo", path_);
    }

    void answer(const std::string& text) {
        const platform::Fd file(std::exchange(writer_, -1));
        platform::write_all(file, as_bytes(text), path_);
    }

    std::string path_;
    int writer_ = -1;
};

}  // namespace

TEST_CASE("a proxy becomes the tool of the current generation, by its own path", "[proxy]") {
    const ProxyHome home;
    const ToolEnd end = home.run("rustc", {"--version", "-v"});
    CHECK(end.output == home.home_directory() + "/bin/rustc --version -v\n");
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
    CHECK(found.at("LD_LIBRARY_PATH") == home.home_directory() + "/lib");
    CHECK(found.at("PATH") == (home.store.dir / "cargo/bin") + ":/usr/bin:/bin");
    CHECK_FALSE(found.contains("LATCHKEY_SESSION"));
    CHECK_FALSE(found.contains("CARGO_CACHE_RUSTC_INFO"));
}

TEST_CASE("+toolchain is taken from the command line and is a source of its own", "[proxy]") {
    const ProxyHome home;
    CHECK(home.environment_of("rustc", {"+stable"}).at("RUSTUP_TOOLCHAIN_SOURCE") == "cli");
    CHECK(home.run("rustc", {"+stable", "+x"}).output == home.home_directory() + "/bin/rustc +x\n");
}

TEST_CASE("cargo and rustc hold their place and all of it but documentation", "[proxy]") {
    const ProxyHome home;
    for (const char* tool : {"cargo", "rustc", "rustdoc"}) {
        CAPTURE(tool);
        Child child = home.start(tool, {"wait"});
        child.wait_for_line();
        CHECK(home.holds(child.pid(), directory_key()));
        for (const char* component : {"rustc", "cargo", "rust-std", "rustfmt-preview"}) {
            CHECK(home.holds(child.pid(), use_key(component)));
        }
        CHECK_FALSE(home.holds(child.pid(), use_key("rust-docs")));
        CHECK_FALSE(home.holds(child.pid(), use_key("*")));
    }
}

TEST_CASE("rustfmt holds its place, itself and rustc", "[proxy]") {
    const ProxyHome home;
    Child child = home.start("rustfmt", {"wait"});
    child.wait_for_line();
    CHECK(home.holds(child.pid(), directory_key()));
    CHECK(home.holds(child.pid(), use_key("rustfmt-preview")));
    CHECK(home.holds(child.pid(), use_key("rustc")));
    CHECK_FALSE(home.holds(child.pid(), use_key("cargo")));
    CHECK_FALSE(home.holds(child.pid(), use_key("rust-std")));
}

TEST_CASE("a tool that was started before an update stays where it is, the next one does not",
          "[proxy]") {
    ProxyHome home;
    Child old = home.start("cargo", {"wait"});
    CHECK(old.wait_for_line() == home.home_directory() + "/bin/cargo");
    home.commit("b");
    const std::string away = home.directory();
    CHECK(away == home.home().directory({kToolchain, 2}));
    Child young = home.start("cargo", {"wait"});
    CHECK(young.wait_for_line() == away + "/bin/cargo");
    CHECK(home.holds(young.pid(), Key::directory(home.place().name())));
    CHECK(home.holds(young.pid(), use_key("rustc", home.place().name())));
    CHECK_FALSE(home.holds(young.pid(), directory_key()));
    CHECK(platform::is_file(home.home_directory() + "/lib/rustca"));
}

TEST_CASE("from away cargo is told not to trust what it remembers of home's compiler", "[proxy]") {
    ProxyHome home;
    const std::string away = home.commit_away("b");
    for (const char* tool : {"cargo", "rustc"}) {
        const auto found = home.environment_of(tool);
        CHECK(found.at("CARGO_CACHE_RUSTC_INFO") == "0");
        CHECK(found.at("LD_LIBRARY_PATH") == away + "/lib");
    }
}

TEST_CASE("ranges end with the tool, and not before what it left in the background", "[proxy]") {
    const ProxyHome home;
    const std::string pipe = home.store.dir / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    ProxyHome::add_program(
        home.home_directory() + "/bin/rustc",
        "#!/bin/sh\n(read line < " + pipe + ") </dev/null >/dev/null 2>&1 &\necho $!\n");
    Child rustc = home.start("rustc", {});
    const pid_t background = std::stoi(rustc.wait_for_line());
    CHECK(rustc.wait().exit_code == 0);
    CHECK(home.holds(background, directory_key()));
    CHECK_FALSE(home.store.is_free(use_key("rustc")));
    platform::save_file(pipe, "go\n");
    // It is nobody's child here: nobody tells when it has ended.
    for (int look = 0; look < 5000 && !home.store.is_free(use_key("rustc")); ++look) ::usleep(1000);
    CHECK(home.store.is_free(use_key("rustc")));
    CHECK(home.store.is_free(directory_key()));
}

TEST_CASE("what a tool inherits lies above the numbers that programs count on", "[proxy]") {
    const ProxyHome home;
    ProxyHome::add_program(home.home_directory() + "/bin/rustc",
                           "#!/bin/sh\nfor f in /proc/$$/fd/*; do case $(readlink $f) in "
                           "*/locks) echo ${f##*/};; esac; done\n");
    CHECK(home.run("rustc", {}).output == "100\n");
}

TEST_CASE("a low limit of open files does not stop a proxy", "[proxy]") {
    const ProxyHome home;
    const std::string command = "ulimit -n 20; exec " + home.proxy("rustc") + " wait";
    Child rustc("/bin/sh", home.options({"-c", command}));
    CHECK(rustc.wait_for_line() == home.home_directory() + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), directory_key()));
}

TEST_CASE("closed standard streams are not what the lock file is opened as", "[proxy]") {
    const ProxyHome home;
    const std::string told = home.store.dir / "told";
    ProxyHome::add_program(
        home.home_directory() + "/bin/rustc",
        "#!/bin/sh\nreadlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 > " + told + "\n");
    const std::string command = "exec " + home.proxy("rustc") + " <&- >&- 2>&-";
    CHECK(ProxyHome::end(Child("/bin/sh", home.options({"-c", command}))).exit_code == 0);
    CHECK(platform::load_file(told) == "/dev/null\n" + told + "\n/dev/null\n");
}

TEST_CASE("whichever look of a proxy a commit comes before, it runs what its last look saw",
          "[proxy]") {
    ProxyHome home;
    const std::string path = home.home().state(kToolchain);
    const std::string first = platform::load_file(path);
    const std::string away = home.commit_away("b");
    const std::string second = platform::load_file(path);
    const store::Place place = home.place();
    int looks = 0;
    for (bool seen_all = false; !seen_all; ++looks) {
        CAPTURE(looks);
        REQUIRE(looks < 50);
        // `looks` times the old state, then the new one.
        WatchedFile state(path);
        Child rustc = home.start("rustc", {"wait"});
        for (int look = 0; look <= looks && !seen_all; ++look) {
            seen_all = !state.wait_for_reader([&rustc] { return rustc.has_line(); });
            if (seen_all) break;
            if (look < looks) state.answer_and_watch(first);
            if (look == looks) state.answer_and_leave(second, second);
        }
        const std::string directory = seen_all ? home.home_directory() : away;
        CHECK(rustc.wait_for_line() == directory + "/bin/rustc");
        platform::save_file(path + ".new", second);
        platform::rename_path(path + ".new", path);
        CHECK(home.holds(rustc.pid(), Key::directory(place.name())) == !seen_all);
        CHECK(home.holds(rustc.pid(), use_key("rustc", place.name())) == !seen_all);
        CHECK(home.holds(rustc.pid(), directory_key()) == seen_all);
        CHECK(home.holds(rustc.pid(), use_key("rustc")) == seen_all);
    }
    CHECK(looks > 2);  // Before the ranges and after them, at least.
}

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

TEST_CASE("a directory that rustup made is used as it is, where it is", "[proxy]") {
    ProxyHome home;
    home.add_plain(kNightly);
    Child rustc = home.start("rustc", {"+nightly", "wait"});
    CHECK(rustc.wait_for_line() == home.home().toolchain(kNightly) + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), Key::directory("home/" + std::string(kNightly))));
    CHECK(home.holds(rustc.pid(), Key::use_all("home/" + std::string(kNightly))));
    const auto directory = platform::find_status(home.home().toolchain(kNightly));
    CHECK(home.environment_of("cargo", {"+nightly"}).at("LATCHKEY_SESSION") ==
          "home/" + std::string(kNightly) + "@i" + std::to_string(directory->inode));
    CHECK_FALSE(platform::find_status(home.home().state_folder(kNightly)));
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

TEST_CASE("a linked toolchain and a directory of the user's need no ranges", "[proxy]") {
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

TEST_CASE("a link over a busy home leads past it", "[proxy]") {
    const ProxyHome home;
    const std::string path = home.store.dir / "mine";
    ProxyHome::add_program(path + "/bin/rustc", kFakeTool);
    Child cargo = home.start("cargo", {"wait"});
    cargo.wait_for_line();
    home.store.link(kToolchain, path);
    CHECK(home.run("rustc", {"a"}).output == path + "/bin/rustc a\n");
}

TEST_CASE("a home that rustup made works before anything of ours is in it", "[proxy]") {
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
    CHECK(output == home.home_directory() + "/bin/rustc a\n");
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

TEST_CASE("without its state a toolchain is run as rustup left it", "[proxy]") {
    const ProxyHome home;
    platform::save_file(home.home().state(kToolchain), "damaged");
    Child rustc = home.start("rustc", {"wait"});
    CHECK(rustc.wait_for_line() == home.home_directory() + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), use_key("*")));
}

TEST_CASE("a range that stays refused is handed over, not waited for", "[proxy]") {
    const ProxyHome home;
    const lock::LockSet collector = home.store.exclusive(use_key("rustc"));
    CHECK(home.run("rustc", {"a"}).output == kHandedOver + "a\n");
}

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

TEST_CASE("a proxy is found by its own name, by RUSTUP_FORCE_ARG0 and by no extension", "[proxy]") {
    ProxyHome home;
    home.add_proxy("rustdoc.exe");
    CHECK(home.run("rustdoc.exe", {}).output == home.home_directory() + "/bin/rustdoc\n");
    home.variables["RUSTUP_FORCE_ARG0"] = "/x/rustc";
    CHECK(home.run("cargo", {}).output == home.home_directory() + "/bin/rustc\n");
}

TEST_CASE("a tool dies of a broken pipe, though the proxy was told to ignore it", "[proxy]") {
    const ProxyHome home;
    ProxyHome::add_program(home.home_directory() + "/bin/rustc",
                           "#!/bin/sh\nwhile read name mask; do case $name in SigBlk:|SigIgn:) "
                           "echo $((0x$mask >> 12 & 1)) ;; esac; done < /proc/$$/status\n");
    ChildOptions options = home.options({});
    options.ignored_signals = {SIGPIPE};
    const ToolEnd end = ProxyHome::end(Child(home.proxy("rustc"), options));
    CHECK(end.output == "0\n0\n");
}
