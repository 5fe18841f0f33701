#include <array>
#include <catch2/catch.hpp>

#include "latchkey/platform/directory.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/program_file.hpp"
#include "latchkey/setup/bin_folder.hpp"
#include "latchkey/setup/proxy_program.hpp"
#include "setup_home.hpp"
#include "support/error_text.hpp"

using namespace latchkey;
using namespace latchkey::setup;
using test::error_text;
using test::SetupHome;

namespace {

const std::string kProxy = "the proxy, version 2";
const std::vector<std::string> kNone;

/// Programs of ours say so in their first word.
Tools tools() {
    return {{"rustc", "cargo"}, {"rust-analyzer", "rustfmt"}, [](const std::string& path) {
                return platform::find_file_text(path).value_or("").starts_with("the proxy");
            }};
}

BinFolder bin_of(const SetupHome& home) {
    return BinFolder(home.held, home.bin());
}

std::uint64_t inode(const std::string& path) {
    return platform::find_status(path)->inode;
}

bool is_program(const std::string& path, const std::string& text) {
    const auto status = platform::find_status(path);
    return status && status->kind == platform::FileKind::regular && status->permissions == 0755 &&
           platform::load_file(path) == text;
}

bool is_proxy(const std::string& path) {
    return platform::find_link(path) == ".latchkey/proxy/rustup" &&
           platform::load_file(path) == kProxy;
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : platform::list_directory(folder)) names.push_back(entry.name);
    return names;
}

const std::vector<std::string> kAll{".latchkey", "cargo",   "rust-analyzer",
                                    "rustc",     "rustfmt", "rustup"};

}  // namespace

TEST_CASE("two files come into an empty folder, in one of their own, and links to them",
          "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    bin.place_program(home.on);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    CHECK(names_in(home.bin()) == kAll);
    CHECK(names_in(home.tool(".latchkey")) == std::vector<std::string>{"proxy", "rustup"});
    CHECK(names_in(home.tool(".latchkey/proxy")) == std::vector<std::string>{"rustup"});
    for (const char* tool : {"cargo", "rust-analyzer", "rustc", "rustfmt"}) {
        CHECK(is_proxy(home.tool(tool)));
    }
    CHECK(platform::find_link(home.tool("rustup")) == ".latchkey/rustup");
    CHECK(is_program(home.tool(".latchkey/rustup"), platform::load_file(platform::own_program())));
    CHECK(is_program(home.tool(".latchkey/proxy/rustup"), kProxy));
}

TEST_CASE("a CARGO_HOME has a lock file of its own", "[setup]") {
    CHECK(lock_file_of("/c").path() == "/c/latchkey/locks");
}

TEST_CASE("what is right already keeps its inode", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    const auto file = inode(home.tool(".latchkey/proxy/rustup"));
    const auto link = inode(home.tool("rustc"));
    platform::remove_file(home.tool("cargo"));
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    CHECK(inode(home.tool(".latchkey/proxy/rustup")) == file);
    CHECK(inode(home.tool("rustc")) == link);
    CHECK(is_proxy(home.tool("cargo")));
}

TEST_CASE("names are mended with the files that they lead to, and no others", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    platform::save_file(home.tool("cargo"), "somebody's own", 0755);
    bin.mend(home.on, {"rustup", "rustc"}, kProxy);
    CHECK(names_in(home.bin()) ==
          std::vector<std::string>{".latchkey", "cargo", "rustc", "rustup"});
    CHECK(is_proxy(home.tool("rustc")));
    CHECK(platform::load_file(home.tool("rustup")) == platform::load_file(platform::own_program()));
    CHECK(platform::load_file(home.tool("cargo")) == "somebody's own");
}

TEST_CASE("others' programs beside ours are noticed, also under the names of tools", "[setup]") {
    const SetupHome home;
    CHECK_FALSE(has_others(home.bin(), tools()));
    const BinFolder bin = bin_of(home);
    bin.place_program(home.on);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    platform::save_file(home.tool(".latchkey-1"), "unfinished");
    CHECK_FALSE(has_others(home.bin(), tools()));
    for (const char* name : {"ripgrep", "rustfmt", ".hidden"}) {
        platform::remove_file(home.tool(name));
        platform::save_file(home.tool(name), "somebody's own", 0755);
        CHECK(has_others(home.bin(), tools()));
        platform::remove_file(home.tool(name));
    }
    CHECK_FALSE(has_others(home.bin(), tools()));
}

TEST_CASE("rustup's links to itself become proxies", "[setup]") {
    const bool hard = GENERATE(false, true);
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    platform::save_file(home.tool("rustup"), "rustup itself", 0755);
    for (const char* tool : {"cargo", "rust-analyzer", "rustc", "rustfmt"}) {
        if (hard) {
            platform::link_file(home.tool("rustup"), home.tool(tool));
        } else {
            platform::make_link("rustup", home.tool(tool));
        }
    }
    bin.place_program(home.on);
    // rustup's symlinks now lead to us, its hard links to what it was.
    Tools ours = tools();
    ours.is_ours = [&](const std::string& path) {
        return platform::load_file(path) == platform::load_file(home.tool("rustup"));
    };
    CHECK(bin.place_proxies(home.on, ours, kProxy) == kNone);
    for (const char* tool : {"cargo", "rust-analyzer", "rustc", "rustfmt"}) {
        CAPTURE(tool, hard);
        CHECK(is_proxy(home.tool(tool)));
    }
}

TEST_CASE("a shared tool that is somebody else's stays and is named", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    platform::save_file(home.tool("rustfmt"), "a formatter of another kind", 0755);
    platform::save_file(home.tool("cargo"), "another cargo", 0755);
    platform::save_file(home.tool("rust-analyzer"), "the proxy, version 1", 0755);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == std::vector<std::string>{"rustfmt"});
    CHECK(platform::load_file(home.tool("rustfmt")) == "a formatter of another kind");
    CHECK(is_proxy(home.tool("cargo")));
    CHECK(is_proxy(home.tool("rust-analyzer")));
}

TEST_CASE("a program that runs keeps its file while its name gets another", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    platform::save_file(home.tool("rustup"), "old", 0755);
    platform::save_file(home.tool("rustc"), "old", 0755);
    platform::make_directories(home.tool(".latchkey/proxy"));
    platform::save_file(home.tool(".latchkey/rustup"), "old", 0755);
    platform::save_file(home.tool(".latchkey/proxy/rustup"), "old", 0755);
    const std::array<std::string, 4> kNames{"rustup", "rustc", ".latchkey/rustup",
                                            ".latchkey/proxy/rustup"};
    std::vector<platform::Fd> files;
    for (const std::string& name : kNames) {
        files.push_back(platform::open_file(home.tool(name), O_RDONLY));
    }
    bin.place_program(home.on);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    for (const platform::Fd& file : files) CHECK(platform::load_rest(file, "old") == "old");
    CHECK(is_proxy(home.tool("rustc")));
}

TEST_CASE("what a killed holder left is swept", "[setup]") {
    const SetupHome home;
    const BinFolder before = bin_of(home);
    before.place_program(home.on);
    CHECK(before.place_proxies(home.on, tools(), kProxy) == kNone);
    for (const char* left : {".latchkey-program", ".latchkey-0123456789abcdef",
                             ".latchkey/.latchkey-1", ".latchkey/proxy/.latchkey-2"}) {
        home.folder.write(std::string("home/.cargo/bin/") + left, "half");
    }
    (void)bin_of(home);
    CHECK(names_in(home.bin()) == kAll);
    CHECK(names_in(home.tool(".latchkey")) == std::vector<std::string>{"proxy", "rustup"});
    CHECK(names_in(home.tool(".latchkey/proxy")) == std::vector<std::string>{"rustup"});
}

TEST_CASE("a folder where a tool should be is an error in rustup's words", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    home.folder.make("home/.cargo/bin/rustup");
    CHECK(error_text([&] { bin.place_program(home.on); }) ==
          "could not remove 'rustup-bin' file: '" + home.tool("rustup") +
              "': Is a directory (os error 21)");
    home.folder.make("home/.cargo/bin/rustc");
    CHECK(error_text([&] { (void)bin.place_proxies(home.on, tools(), kProxy); }) ==
          "could not create link from '" + home.tool("rustup") + "' to '" + home.tool("rustc") +
              "': Is a directory (os error 21)");
}

TEST_CASE("all of it is removed, and nothing of others", "[setup]") {
    const SetupHome home;
    const BinFolder bin = bin_of(home);
    bin.place_program(home.on);
    CHECK(bin.place_proxies(home.on, tools(), kProxy) == kNone);
    platform::remove_file(home.tool("rustfmt"));
    platform::save_file(home.tool("rustfmt"), "a formatter of another kind", 0755);
    platform::remove_file(home.tool(".latchkey/proxy/rustup"));  // Links to it lead nowhere.
    bin.remove(home.on, tools());
    CHECK(names_in(home.bin()) == std::vector<std::string>{"rustfmt"});
    platform::remove_file(home.tool("rustfmt"));
    bin.remove(home.on, tools());
    CHECK_FALSE(platform::find_status(home.bin()));
}

TEST_CASE("the proxy that is carried inside is a program, and a small one", "[setup]") {
    CHECK(
        proxy_program().starts_with("\x7F"
                                    "ELF"));
    // cargo goes around proxies that have rustup's own size.
    const auto own = platform::find_own_status();
    CHECK(proxy_program().size() < own->size_bytes);
}
