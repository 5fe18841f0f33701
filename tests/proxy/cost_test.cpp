#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "latchkey/base/text.hpp"
#include "latchkey/platform/file.hpp"
#include "proxy_home.hpp"
#include "support/emulated.hpp"

using namespace latchkey;
using namespace latchkey::test;

namespace {

/// Sanitizers make calls of their own, and qemu's are what strace shows of an emulated program.
bool has_strace() {
    return platform::is_file("/usr/bin/strace") && std::string(LATCHKEY_SANITIZED).empty() &&
           !test::kEmulated;
}

/// The calls that a proxy made until it became its tool, itself being started not counted.
std::vector<std::string> calls_of(const ProxyHome& home, const std::string& tool,
                                  const std::vector<std::string>& arguments) {
    const std::string trace = home.store.dir / "trace";
    std::vector<std::string> words = {"-o", trace, home.proxy(tool)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const ToolEnd end = ProxyHome::end(Child("/usr/bin/strace", home.options(words)));
    REQUIRE(end.exit_code == 0);
    const std::string text = platform::load_file(trace);
    std::vector<std::string> calls;
    bool started = false;
    for (const std::string_view line : lines(text)) {
        if (line.starts_with("execve(") && std::exchange(started, true)) return calls;
        if (!line.starts_with("execve(")) calls.emplace_back(line);
    }
    FAIL("it became nothing");
    return calls;
}

std::size_t count(const std::vector<std::string>& calls, const std::string& part) {
    return static_cast<std::size_t>(std::count_if(
        calls.begin(), calls.end(),
        [&part](const std::string& call) { return call.find(part) != std::string::npos; }));
}

/// Directories from here to the root.
std::size_t depth(const std::string& folder) {
    return static_cast<std::size_t>(std::count(folder.begin(), folder.end(), '/')) + 1;
}

}  // namespace

TEST_CASE(
    "a proxy makes at most 50 system calls, 1 for each range and each name that it looks at, and 2 "
    "for each directory on its way",
    "[proxy]") {
    if (!has_strace()) {
        WARN("skipped: no strace, or others' calls would be counted");
        return;
    }
    ProxyHome home;
    std::string overrides = "[overrides]\n";
    for (int number = 0; number < 50; ++number) {
        overrides += "\"/somewhere/else/" + std::to_string(number) + "\" = \"stable\"\n";
    }
    home.settings("default_toolchain = \"stable\"\n\n" + overrides);
    home.folder = home.store.dir.make("work/a/b/c/d/e");
    const std::size_t most = 50 + 2 * depth(home.folder);
    for (const char* tool : {"rustc", "cargo"}) {
        const auto calls = calls_of(home, tool, {"a"});
        UNSCOPED_INFO(join(calls, "\n"));
        const bool looks_at_all = std::string_view(tool) == "cargo";
        const std::size_t names = looks_at_all ? dist::kTools.size() + 1 : 2;
        CHECK(count(calls, "readlink") >= names);
        CHECK(calls.size() <= most + names + count(calls, "F_OFD_SETLK,"));
    }
    home.store.dir.write("work/rust-toolchain.toml", "[toolchain]\nchannel = \"stable\"\n");
    const auto calls = calls_of(home, "rustc", {"a"});
    UNSCOPED_INFO(join(calls, "\n"));
    CHECK(calls.size() <= most + 2 + count(calls, "F_OFD_SETLK,"));
}

TEST_CASE("a proxy reads the state twice, no manifest, and never waits for a range", "[proxy]") {
    if (!has_strace()) {
        WARN("skipped: no strace, or others' calls would be counted");
        return;
    }
    const ProxyHome home;
    const auto calls = calls_of(home, "cargo", {"a"});
    // Before the ranges and after them.
    CHECK(count(calls, home.home().state(kToolchain)) == 2);
    CHECK(count(calls, "F_OFD_SETLK,") >= 2);
    CHECK(count(calls, "F_OFD_SETLKW") == 0);
    CHECK(count(calls, "manifest") == 0);
    CHECK(count(calls, ".json") == 0);
    CHECK(count(calls, "nsswitch") + count(calls, "/etc/passwd") == 0);
}

TEST_CASE("a proxy notes the use of its toolchain by one system call, once a day", "[proxy]") {
    if (!has_strace()) {
        WARN("skipped: no strace, or others' calls would be counted");
        return;
    }
    const ProxyHome home;
    const std::string state = home.home().state(kToolchain);
    const auto usual = calls_of(home, "rustc", {"a"});
    CHECK(count(usual, "utime") == 0);
    platform::set_modification_time(state, 1'000'000'000, 0);
    const auto first = calls_of(home, "rustc", {"a"});
    UNSCOPED_INFO(join(first, "\n"));
    CHECK(count(first, "utimensat(AT_FDCWD, \"" + state) == 1);
    CHECK(first.size() == usual.size() + 1);
    CHECK(calls_of(home, "rustc", {"a"}).size() == usual.size());
    CHECK(platform::find_status(state)->mtime_seconds > 1'000'000'000);
}

TEST_CASE("without HOME a proxy reads the password file by itself", "[proxy]") {
    if (!has_strace()) {
        WARN("skipped: no strace, or others' calls would be counted");
        return;
    }
    ProxyHome home;
    home.variables.erase("HOME");
    const auto calls = calls_of(home, "rustc", {"a"});
    CHECK(count(calls, "/etc/passwd") == 1);
    CHECK(count(calls, "nsswitch") == 0);
    CHECK(count(calls, ".so") == 0);
}

TEST_CASE("a proxy needs no library that might be missing or slow to load", "[proxy]") {
    if (!std::string(LATCHKEY_SANITIZED).empty() || test::kEmulated) {
        WARN("skipped: sanitizers are libraries, and ldd knows no other processor's programs");
        return;
    }
    ProxyHome home;
    const ToolEnd end = ProxyHome::end(Child("/usr/bin/ldd", home.options({LATCHKEY_PROXY})));
    CHECK(end.output + end.errors == "\tstatically linked\n");
}

TEST_CASE("a proxy carries no cryptography, which would slow each start", "[proxy]") {
    CHECK(platform::load_file(LATCHKEY_BINARY).find("OpenSSL") != std::string::npos);
    CHECK(platform::load_file(LATCHKEY_PROXY).find("OpenSSL") == std::string::npos);
}

TEST_CASE("a proxy has another size than the full program, or cargo would go round it", "[proxy]") {
    // Where `rustc` and `rustup` on PATH are of one size, cargo takes both for links to rustup and
    // runs toolchains/<name>/bin/rustc by itself, without a range. (cargo,
    // src/cargo/util/context/mod.rs, `get_tool`.)
    const auto proxy = platform::find_target_status(LATCHKEY_PROXY);
    const auto full = platform::find_target_status(LATCHKEY_BINARY);
    REQUIRE((proxy && full));
    CHECK(proxy->size_bytes < full->size_bytes);
}
