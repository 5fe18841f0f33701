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

TEST_CASE("without its state a toolchain is run as rustup left it", "[proxy]") {
    const ProxyHome home;
    platform::save_file(home.home().state(kToolchain), "damaged");
    Child rustc = home.start("rustc", {"wait"});
    CHECK(rustc.wait_for_line() == home.home_directory() + "/bin/rustc");
    CHECK(home.holds(rustc.pid(), use_key("*")));
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
