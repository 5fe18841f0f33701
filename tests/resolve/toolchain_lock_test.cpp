#include "latchkey/resolve/toolchain_lock.hpp"

#include <catch2/catch.hpp>

#include "support/error_text.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using test::error_text;

namespace {

const std::string kTuple = "x86_64-unknown-linux-gnu";

/// A folder with a toolchain file, of which `active` is what it chose.
struct Project {
    test::TempDir dir;
    Site site;
    Active active{.name = *dist::ToolchainName::parse("stable-" + kTuple),
                  .source = Source::toolchain_file,
                  .location = dir / "rust-toolchain.toml",
                  .components = {},
                  .targets = {},
                  .profile = std::nullopt};
    std::string path = dir / "rust-toolchain.lock";

    Project() { site.variables.locked = true; }

    void write(const std::string& channel, const std::string& host) const {
        dist::ToolchainLock lock;
        lock.channel = channel;
        lock.date = "2026-04-16";
        lock.manifest = std::string(64, 'a');
        lock.hosts[host]["rustc-" + host] = std::string(64, 'b');
        platform::save_file(path, dist::serialise(lock));
    }

    [[nodiscard]] std::string fault() const {
        return error_text([this] { require_lock(site, active); });
    }
};

}  // namespace

TEST_CASE("only an official toolchain that a toolchain file chose is locked", "[toolchain_lock]") {
    Project project;
    CHECK(is_locked(project.site, project.active));
    for (const auto source : {Source::cli, Source::env, Source::path_override, Source::default_}) {
        Active other = project.active;
        other.source = source;
        CHECK_FALSE(is_locked(project.site, other));
    }
    Active path = project.active;
    path.name = dist::PathName{"/opt/rust"};
    CHECK_FALSE(is_locked(project.site, path));
    project.site.variables.locked = false;
    CHECK_FALSE(is_locked(project.site, project.active));
}

TEST_CASE("a lock lies beside the toolchain file, also in the root", "[toolchain_lock]") {
    Project project;
    CHECK(lock_path(project.active) == project.path);
    project.active.location = "/rust-toolchain";
    CHECK(lock_path(project.active) == "/rust-toolchain.lock");
}

TEST_CASE("a lock of this channel and host is found", "[toolchain_lock]") {
    const Project project;
    project.write("stable", kTuple);
    const LockedToolchain found = require_lock(project.site, project.active);
    CHECK(found.path == project.path);
    CHECK(found.host == kTuple);
    CHECK(found.lock.hosts.at(kTuple).size() == 1);
}

TEST_CASE("a lock that is missing or of something else says what to do", "[toolchain_lock]") {
    Project project;
    CHECK(project.fault() == "'" + project.active.location + "' is locked, and there is no '" +
                                 project.path + "'; run `rustup lock` to write it");
    project.write("beta", kTuple);
    CHECK(project.fault() == "'" + project.path + "' locks 'beta', and '" +
                                 project.active.location +
                                 "' wants 'stable'; run `rustup lock` to write it anew");
    project.write("stable", "other");
    CHECK(project.fault() == "'" + project.path + "' locks nothing for host '" + kTuple +
                                 "'; run `rustup lock --host other --host " + kTuple + "`");
    project.write("stable", kTuple);
    project.active.targets = {"wasm32-unknown-unknown"};
    CHECK(project.fault() == "'" + project.path +
                                 "' lacks target 'wasm32-unknown-unknown' for host '" + kTuple +
                                 "', which '" + project.active.location +
                                 "' lists; run `rustup lock` to write it anew");
    platform::save_file(project.path, "\xFF");
    CHECK(project.fault() == "could not parse '" + project.path +
                                 "': it is not UTF-8; run `rustup lock` to write it anew");
}

TEST_CASE("what the toolchain file lists is locked, by its short name or its whole one",
          "[toolchain_lock]") {
    Project project;
    dist::ToolchainLock lock;
    lock.channel = "stable";
    lock.date = "2026-04-16";
    lock.manifest = std::string(64, 'a');
    for (const std::string& name :
         {"clippy-preview-" + kTuple, "cargo-" + kTuple, std::string("rust-src"),
          std::string("rust-std-wasm32-wasip1")}) {
        lock.hosts[kTuple][name] = std::string(64, 'b');
    }
    platform::save_file(project.path, dist::serialise(lock));
    project.active.components = {"clippy", "clippy-preview", "cargo", "rust-src"};
    project.active.targets = {"wasm32-wasip1"};
    CHECK(project.fault() == "no error");
    project.active.components.push_back("miri");
    CHECK(project.fault().find("lacks component 'miri' for host '" + kTuple + "'") !=
          std::string::npos);
}
