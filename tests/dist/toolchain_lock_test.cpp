#include "latchkey/dist/toolchain_lock.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"
#include "latchkey/base/error.hpp"

using namespace latchkey;
using namespace latchkey::dist;

namespace {

const std::string kHash(64, 'a');
const std::string kOther(64, 'b');

ToolchainLock example_lock() {
    ToolchainLock lock;
    lock.channel = "nightly-2026-05-20";
    lock.date = "2026-05-20";
    lock.manifest = kHash;
    lock.hosts["x86_64-unknown-linux-gnu"] = {{"cargo-x86_64-unknown-linux-gnu", kHash},
                                              {"rust-src", kOther}};
    lock.hosts["aarch64-apple-darwin"] = {{"rust-std-thumbv8m.main-none-eabi", kHash}};
    return lock;
}

std::string fault_of(const std::string& text) {
    try {
        (void)parse_toolchain_lock(text);
    } catch (const Error& e) {
        CHECK(e.code() == Errc::usage);
        return e.what();
    }
    return "none";
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = serialise(example_lock());
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a lock is read as it was written, and written as it was read", "[toolchain_lock]") {
    const std::string text = serialise(example_lock());
    CHECK(parse_toolchain_lock(text) == example_lock());
    CHECK(serialise(parse_toolchain_lock(text)) == text);
    // Sorted, hosts and components.
    CHECK(text.find("[hosts.aarch64-apple-darwin]") <
          text.find("[hosts.x86_64-unknown-linux-gnu]"));
    CHECK(text.find("\"rust-std-thumbv8m.main-none-eabi\" = ") != std::string::npos);
    CHECK(text.starts_with("# "));
}

TEST_CASE("what makes no sense in a lock is told with its line", "[toolchain_lock]") {
    CHECK(fault_of(with("version = \"1\"", "version = \"2\"")) ==
          "line 3: 'version' is '2', which is not 1, the only one that this program reads");
    CHECK(fault_of(with("date = \"2026-05-20\"", "date = \"2026-05-32\"")) ==
          "line 5: 'date' is '2026-05-32', which is not a day YYYY-MM-DD");
    CHECK(fault_of(with("manifest = \"" + kHash, "manifest = \"" + std::string(63, 'c'))) ==
          "line 6: 'manifest' is '" + std::string(63, 'c') +
              "', which is not a SHA-256 of 64 lower-case hex digits");
    CHECK(fault_of(with(kOther, "x")).find("'rust-src' is 'x'") != std::string::npos);
    for (const char* key : {"version", "channel", "date", "manifest"}) {
        CHECK(fault_of(with(std::string("\n") + key, "\nunknown")).find("missing field") !=
              std::string::npos);
    }
    CHECK(fault_of("<<<<<<< HEAD\n").starts_with("TOML parse error at line 1"));
    CHECK(fault_of(with("channel = ", "channel = 1 #")).starts_with("TOML parse error at line 4"));
    CHECK(fault_of(with("\"rust-std-thumbv8m.main-none-eabi\" = ", "x = 1 #"))
              .starts_with("TOML parse error at line"));
    CHECK(fault_of("") != "none");
}

TEST_CASE("a lock's line is that of the key, whatever else has the value", "[toolchain_lock]") {
    CHECK(fault_of("# 2\n" + with("version = \"1\"", "version = \"2\"")).starts_with("line 4: "));
    CHECK(fault_of(with("date = \"2026-05-20\"", "date = \"\"")) ==
          "line 5: 'date' is '', which is not a day YYYY-MM-DD");
    CHECK(fault_of(with(kOther, "rustup")).starts_with("line "));
    CHECK_FALSE(fault_of(with(kOther, "rustup")).starts_with("line 1: "));
}

TEST_CASE("a lock with names that no release can have is refused", "[toolchain_lock]") {
    // Messages show them, also in a command that a user may copy.
    CHECK(fault_of(with("[hosts.aarch64-apple-darwin]", "[hosts.\"a; reboot\"]")) ==
          "line 8: 'a; reboot' is not the name of a host");
    CHECK(fault_of(with("[hosts.aarch64-apple-darwin]", "[hosts.--help]"))
              .ends_with("'--help' is not the name of a host"));
    CHECK(fault_of(with("[hosts.aarch64-apple-darwin]", "[hosts.\"\"]"))
              .ends_with("'' is not the name of a host"));
    CHECK(fault_of(with("rust-src = ", "\"rust\\nsrc\" = "))
              .ends_with("is not the name of a component"));
    for (const char* channel : {"", "stable-x86_64", "1.0", "x\\nerror: y", "stable/.."}) {
        CHECK(fault_of(with("nightly-2026-05-20\"", std::string(channel) + "\""))
                  .ends_with("which is not a channel without target, perhaps with a date"));
    }
    for (const char* channel : {"stable", "1.95", "1.96.0-beta.2", "beta-2026-05-20"}) {
        CHECK(fault_of(with("nightly-2026-05-20\"", std::string(channel) + "\"")) == "none");
    }
}

TEST_CASE("a lock that locks nothing is refused", "[toolchain_lock]") {
    const std::string text = serialise(example_lock());
    const std::string head = text.substr(0, text.find("\n[hosts"));
    CHECK(fault_of(head).find("missing field") != std::string::npos);
    CHECK(fault_of(head + "[hosts]\n") == "line 7: no host is locked");
    CHECK(fault_of(head + "[hosts.x86_64-unknown-linux-gnu]\n") ==
          "line 7: host 'x86_64-unknown-linux-gnu' has no components");
}

TEST_CASE("a lock has what the toolchain file wants, by the manifest's hashes",
          "[toolchain_lock]") {
    const Manifest manifest = ExampleManifest().parse();
    const ToolchainName name = *ToolchainName::parse("stable-" + kHost);
    const std::vector<std::string> hosts{kHost};
    LockedWishes wishes;
    wishes.profile = Profile::minimal;
    wishes.components = {"clippy", "rust-src"};
    wishes.targets = {kWasm};
    const ToolchainLock lock = make_lock(name, manifest, kHash, hosts, wishes);
    CHECK(lock.channel == "stable");
    CHECK(lock.date == "2026-04-16");
    CHECK(lock.manifest == kHash);
    std::vector<std::string> names;
    for (const auto& [component, hash] : lock.hosts.at(kHost)) {
        names.push_back(component);
        CHECK(hash == kHash);
    }
    CHECK(names == std::vector<std::string>{"clippy-preview-" + kHost, "rust-src",
                                            "rust-std-" + kWasm, "rustc-" + kHost});
    CHECK(locked_components(manifest, kHost, lock.hosts.at(kHost)).size() == 4);
}

TEST_CASE("what cannot be had is not locked", "[toolchain_lock]") {
    ExampleManifest example;
    example.unavailable = {{"clippy-preview", kHost}};
    const Manifest manifest = example.parse();
    const ToolchainName name = *ToolchainName::parse("stable-" + kHost);
    const std::vector<std::string> hosts{kHost};
    const std::vector<std::string> unknown{"riscv64gc-unknown-linux-gnu"};
    CHECK_THROWS_WITH(make_lock(name, manifest, kHash, hosts, LockedWishes{}),
                      Catch::Contains("'clippy' for target '" + kHost + "' is not available"));
    CHECK_THROWS_AS(make_lock(name, manifest, kHash, unknown, LockedWishes{}), Error);
}

TEST_CASE("a lock that does not fit its manifest is told by component, host and both hashes",
          "[toolchain_lock]") {
    const Manifest manifest = ExampleManifest().parse();
    const std::string rustc = "rustc-" + kHost;
    CHECK_THROWS_WITH(locked_components(manifest, kHost, {{rustc, kOther}}),
                      "'" + rustc + "' of host '" + kHost + "': expected '" + kOther +
                          "', and the manifest has '" + kHash + "'");
    CHECK_THROWS_WITH(
        locked_components(manifest, kHost, {{"miri", kOther}}),
        "'miri' of host '" + kHost + "': expected '" + kOther + "', and the manifest has none");
}
