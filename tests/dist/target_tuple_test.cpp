#include "latchkey/dist/target_tuple.hpp"

#include <catch2/catch.hpp>

#include "example_manifest.hpp"

using namespace latchkey::dist;

namespace {

/// "arch/os/env" with "." for what is missing.
std::string parts(std::string_view text) {
    const auto target = parse_partial_target(text);
    if (!target) return "none";
    return target->arch.value_or(".") + "/" + target->os.value_or(".") + "/" +
           target->env.value_or(".");
}

HostFacts machine(std::string name) {
    HostFacts facts;
    facts.system = "Linux";
    facts.machine = std::move(name);
    facts.build_tuple = "s390x-unknown-linux-gnu";
    return facts;
}

}  // namespace

TEST_CASE("a partial target has any of arch, os and env, in this order", "[target]") {
    CHECK(parts("msvc") == "././msvc");
    CHECK(parts("i686") == "i686/./.");
    CHECK(parts("x86_64-unknown-linux-gnu") == "x86_64/unknown-linux/gnu");
    CHECK(parts("pc-windows") == "./pc-windows/.");
    CHECK(parts("i686-gnu") == "i686/./gnu");
    CHECK(parts("") == "././.");
    CHECK(parts("wasm32-wasip1-threads") == "wasm32/wasip1-threads/.");
    CHECK(parts("thumbv8m.main-none-eabi") == "thumbv8m.main/none/eabi");
    CHECK(parts("thumbv7m-nuttx-eabi") == "thumbv7m/nuttx-eabi/.");
    CHECK(parts("x86_64-unknown-none") == "x86_64/unknown-none/.");
    CHECK(parts("none") == "./none/.");
    CHECK(parts("none-none") == "./none/none");
    CHECK(parts("x86_64-apple-darwin") == "x86_64/apple-darwin/.");
}

TEST_CASE("what leaves text over is no partial target", "[target]") {
    for (const auto* text :
         {"anything", "i386-", "-pc-windows", "i386-pc-windows-anything", "-", "gnu-i686",
          "gnu-gnu", "i686-i686", "unknown", "x86_64-unknown", "linuxgnu"}) {
        CAPTURE(text);
        CHECK(parts(text) == "none");
    }
}

TEST_CASE("nearly every platform of rustc can be said in parts, and comes back whole", "[target]") {
    int unknown = 0;
    for (const auto tuple : known_platforms()) {
        const auto target = parse_partial_target(tuple);
        if (!target) {
            ++unknown;
            continue;
        }
        CAPTURE(tuple);
        CHECK(target->str() == tuple);
        if (target->arch && target->os) CHECK(resolve_target(*target, kHost) == tuple);
    }
    CHECK(unknown < 12);
}

TEST_CASE("the host fills in what is missing, but no env for another os", "[target]") {
    const auto resolve = [](std::string_view text) {
        return resolve_target(parse_partial_target(text).value(), kHost);
    };
    CHECK(resolve("") == kHost);
    CHECK(resolve("i686") == "i686-unknown-linux-gnu");
    CHECK(resolve("musl") == "x86_64-unknown-linux-musl");
    CHECK(resolve("x86_64-apple-darwin") == "x86_64-apple-darwin");
    CHECK(resolve("pc-windows") == "x86_64-pc-windows");
    CHECK(resolve("pc-windows-msvc") == "x86_64-pc-windows-msvc");
}

// Upstream: set_default_host_invalid_tuple.
TEST_CASE("a bad host is named in rustup's words", "[target]") {
    CHECK(error_of([] { return resolve_target({}, "bogus"); }) ==
          "Provided host 'bogus' couldn't be converted to partial tuple");
    CHECK(error_of([] { return resolve_target({}, "unknown-linux-gnu"); }) ==
          "Provided host 'unknown-linux-gnu' did not specify a CPU architecture");
    CHECK(error_of([] { return resolve_target({}, "x86_64-gnu"); }) ==
          "Provided host 'x86_64-gnu' did not specify an operating system");
}

TEST_CASE("the host is what uname's machine means on Linux", "[target]") {
    CHECK(detect_host(machine("x86_64")) == "x86_64-unknown-linux-gnu");
    CHECK(detect_host(machine("i686")) == "i686-unknown-linux-gnu");
    CHECK(detect_host(machine("aarch64")) == "aarch64-unknown-linux-gnu");
    CHECK(detect_host(machine("armv7l")) == "armv7-unknown-linux-gnueabihf");
    CHECK(detect_host(machine("armv8l")) == "armv7-unknown-linux-gnueabihf");
    CHECK(detect_host(machine("arm")) == "arm-unknown-linux-gnueabi");
    CHECK(detect_host(machine("loongarch64")) == "loongarch64-unknown-linux-gnu");
    CHECK(detect_host(machine("ppc64")) == "powerpc64-unknown-linux-gnu");
    CHECK(detect_host(machine("ppc64le")) == "powerpc64le-unknown-linux-gnu");
    CHECK(detect_host(machine("mips")) == "mipsel-unknown-linux-gnu");
    CHECK(detect_host(machine("mips64")) == "mips64el-unknown-linux-gnuabi64");
    CHECK(detect_host(machine("riscv64")) == "s390x-unknown-linux-gnu");
}

TEST_CASE("musl, a 32-bit user space and byte order change the host", "[target]") {
    auto facts = machine("aarch64");
    facts.musl = true;
    CHECK(detect_host(facts) == "aarch64-unknown-linux-musl");
    facts.user_space_32bit = true;
    CHECK(detect_host(facts) == "armv7-unknown-linux-gnueabihf");
    facts.machine = "i686";
    CHECK(detect_host(facts) == "i686-unknown-linux-gnu");
    facts.big_endian = true;
    facts.machine = "mips64";
    CHECK(detect_host(facts) == "mips64-unknown-linux-gnuabi64");
    facts.machine = "mips";
    CHECK(detect_host(facts) == "mips-unknown-linux-gnu");
}

TEST_CASE("other systems are told by their own names", "[target]") {
    auto facts = machine("x86_64");
    facts.system = "FreeBSD";
    CHECK(detect_host(facts) == "x86_64-unknown-freebsd");
    facts.system = "Darwin";
    CHECK(detect_host(facts) == "x86_64-apple-darwin");
    facts.system = "DragonFly";
    CHECK(detect_host(facts) == "x86_64-unknown-dragonfly");
    facts.system = "Plan9";
    CHECK(detect_host(facts) == "s390x-unknown-linux-gnu");
    facts.machine = "aarch64";
    facts.system = "FreeBSD";
    CHECK(detect_host(facts) == "aarch64-unknown-freebsd");
    facts.system = "OpenBSD";
    CHECK(detect_host(facts) == "s390x-unknown-linux-gnu");
}

TEST_CASE("the platforms of Rust are known, and nothing near them", "[target]") {
    CHECK(is_known_platform("x86_64-unknown-linux-gnu"));
    CHECK(is_known_platform("i686-unknown-linux-gnu"));
    CHECK(is_known_platform("thumbv8m.main-none-eabi"));
    CHECK_FALSE(is_known_platform("x86_64-unknown-linux-gnx"));
    CHECK_FALSE(is_known_platform("x86_64"));
    CHECK_FALSE(is_known_platform(""));
    CHECK(known_platforms().size() > 300);
}

TEST_CASE("Rust's newer environments are known", "[target]") {
    for (const char* env : {"gnuelfv2", "gnumsan", "gnutsan"}) {
        const auto target = parse_partial_target("powerpc64-unknown-linux-" + std::string(env));
        REQUIRE(target);
        CHECK(target->env == env);
    }
}

TEST_CASE("on Linux only the host's own tools are expected to run", "[target]") {
    CHECK(can_run(kHost, kHost));
    CHECK_FALSE(can_run(kHost, "i686-unknown-linux-gnu"));
    CHECK_FALSE(can_run(kHost, "x86_64-unknown-linux-musl"));
    // Upstream: compatible_host_tuples.
    CHECK(can_run("x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"));
    CHECK_FALSE(can_run("x86_64-pc-windows-msvc", "i686-pc-windows-gnu"));
    CHECK_FALSE(can_run("aarch64-pc-windows-msvc", "i686-pc-windows-msvc"));
    CHECK(can_run("bogus", "bogus"));
    CHECK(error_of([] { return can_run(kHost, "bogus"); }) ==
          "Unable to parse target tuple: bogus");
}
