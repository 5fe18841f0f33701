#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "latchkey/base/permit_mint.hpp"
#include "latchkey/doctor/checks.hpp"
#include "support/lock_holder.hpp"
#include "support/temp_dir.hpp"

// What needs no installation. With whole and broken ones: tests/processes/doctor.py.

using namespace latchkey;
using namespace latchkey::doctor;
using test::Child;
using test::TempDir;

namespace {

using Grade = Finding::Grade;

const WallTime kNow = std::chrono::system_clock::now();

Findings locks_after(const TempDir& dir, std::chrono::minutes later) {
    return look_at_locks(store::Home(dir.path()), dir / "cargo", kNow + later);
}

Child hold(const std::string& file, const std::string& how, const std::string& key) {
    Child child = test::start_holder(file, how, {key});
    child.wait_for_word("held");
    return child;
}

}  // namespace

TEST_CASE("who changes something for long is told, of either home", "[doctor]") {
    const TempDir dir;
    const Child toolchain = hold(dir / "latchkey/locks", "exclusive try", "toolchain:stable");
    const Child programs = hold(dir / "cargo/latchkey/locks", "exclusive try", "cargo-home:");
    const Findings soon = locks_after(dir, std::chrono::minutes(1));
    REQUIRE(soon.size() == 1);
    CHECK(soon.front().grade == Grade::ok);
    const Findings late = locks_after(dir, std::chrono::hours(2));
    REQUIRE(late.size() == 2);
    CHECK(late[0].grade == Grade::warning);
    CHECK(late[0].text.starts_with("locks: pid " + std::to_string(toolchain.pid()) +
                                   " holds a range and was started at "));
    CHECK(late[1].text.starts_with("locks: pid " + std::to_string(programs.pid()) + " holds "));
}

TEST_CASE("a tool that runs for long is no finding", "[doctor]") {
    const TempDir dir;
    const Child tool = hold(dir / "latchkey/locks", "shared try", "use:home/stable/rustc");
    const Findings late = locks_after(dir, std::chrono::hours(48));
    REQUIRE(late.size() == 1);
    CHECK(late.front().grade == Grade::ok);
}

TEST_CASE("a look at a home leaves nothing in it", "[doctor]") {
    const TempDir dir;
    const Findings findings = look_at_home(PermitMint::worker(), "RUSTUP_HOME", dir.path());
    CHECK(std::ranges::none_of(findings,
                               [](const Finding& each) { return each.grade == Grade::error; }));
    CHECK(platform::list_directory(dir.path()).empty());
    const Findings missing = look_at_home(PermitMint::worker(), "CARGO_HOME", dir / "missing");
    CHECK(missing == Findings{warning("CARGO_HOME: '" + (dir / "missing") + "' is not there yet")});
    CHECK_FALSE(platform::find_status(dir / "missing"));
}

TEST_CASE("a home that cannot be written to is told", "[doctor]") {
    if (::geteuid() == 0) {
        // Root may write anywhere but here.
        const Findings findings = look_at_home(PermitMint::worker(), "RUSTUP_HOME", "/proc");
        CHECK(std::ranges::any_of(findings,
                                  [](const Finding& each) { return each.grade != Grade::ok; }));
        return;
    }
    const Findings findings = look_at_home(PermitMint::worker(), "RUSTUP_HOME", "/usr");
    CHECK(std::ranges::any_of(findings, [](const Finding& each) {
        return each.text == "RUSTUP_HOME: '/usr' cannot be written to: nothing can be changed";
    }));
}

TEST_CASE("what the environment says is told where it is odd", "[doctor]") {
    platform::Environment environment;
    config::Variables variables;
    CHECK(look_at_variables(environment, variables) == Findings{ok("environment: nothing odd")});
    environment.set("RUSTUP_DIST_SEVER", "https://mirror");
    environment.set("LATCHKEY_COMPRESSION", "rar");
    environment.set("CARGO_HOME", "cargo");
    variables.host_tuple = "i686-unknown-linux-gnu";
    const Findings findings = look_at_variables(environment, variables);
    REQUIRE(findings.size() == 4);
    CHECK(findings[0].grade == Grade::error);
    CHECK(findings[0].text.find("LATCHKEY_COMPRESSION") != std::string::npos);
    CHECK(findings[1].text.starts_with("environment: CARGO_HOME is relative"));
    CHECK(findings[2].text ==
          "environment: RUSTUP_OVERRIDE_HOST_TRIPLE is 'i686-unknown-linux-gnu'");
    CHECK(findings[3] == warning("environment: RUSTUP_DIST_SEVER is set, but no program reads it"));
    environment.set("RUSTUP_OVERRIDE_HOST_TUPLE", "i686-unknown-linux-gnu");
    CHECK(look_at_variables(environment, variables)[2].text ==
          "environment: RUSTUP_OVERRIDE_HOST_TUPLE is 'i686-unknown-linux-gnu'");
}
