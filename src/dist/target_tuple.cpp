#include "latchkey/dist/target_tuple.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "latchkey/base/error.hpp"
#include "latchkey/base/text.hpp"

namespace latchkey::dist {
namespace {

// Source: rustup 1.29's lists. An operating system carries its vendor, where it usually has one.

constexpr auto kArches = std::to_array<std::string_view>({
    // clang-format off
    "aarch64", "aarch64_be", "aarch64v8r", "amdgcn", "arm", "arm64_32", "arm64e", "arm64ec",
    "armeb", "armebv7r", "armv4t", "armv5te", "armv6", "armv6k", "armv7", "armv7a", "armv7k",
    "armv7r", "armv7s", "armv8r", "avr", "bpfeb", "bpfel", "csky", "hexagon", "i386", "i586",
    "i686", "loongarch32", "loongarch64", "m68k", "mips", "mips64", "mips64el", "mipsel",
    "mipsisa32r6", "mipsisa32r6el", "mipsisa64r6", "mipsisa64r6el", "msp430", "nvptx64", "powerpc",
    "powerpc64", "powerpc64le", "riscv32", "riscv32e", "riscv32em", "riscv32emc", "riscv32gc",
    "riscv32i", "riscv32im", "riscv32ima", "riscv32imac", "riscv32imafc", "riscv32imc", "riscv64",
    "riscv64a23", "riscv64gc", "riscv64im", "riscv64imac", "s390x", "sparc", "sparc64", "sparcv9",
    "thumbv4t", "thumbv5te", "thumbv6", "thumbv6m", "thumbv7a", "thumbv7em", "thumbv7m",
    "thumbv7neon", "thumbv7r", "thumbv8m.base", "thumbv8m.main", "thumbv8r", "wasm32", "wasm32v1",
    "wasm64", "x86_64", "x86_64h", "xtensa",
    // clang-format on
});

constexpr auto kSystems = std::to_array<std::string_view>({
    // clang-format off
    "amd-amdhsa", "apple-darwin", "apple-ios", "apple-tvos", "apple-visionos", "apple-watchos",
    "esp-espidf", "esp32-espidf", "esp32-none", "esp32s2-espidf", "esp32s2-none", "esp32s3-espidf",
    "esp32s3-none", "fortanix-unknown", "ibm-aix", "kmc-solid_asp3", "linux", "lynx-lynxos178",
    "mti-none", "nintendo-3ds", "nintendo-switch", "none", "nuttx-eabi", "nuttx-eabihf",
    "nvidia-cuda", "openwrt-linux", "pc-cygwin", "pc-nto", "pc-solaris", "pc-windows", "risc0-zkvm",
    "rtems-eabihf", "sony-psp", "sony-psx", "sony-vita", "sun-solaris", "unikraft-linux",
    "unknown-dragonfly", "unknown-emscripten", "unknown-freebsd", "unknown-fuchsia",
    "unknown-haiku", "unknown-helenos", "unknown-hermit", "unknown-hurd", "unknown-illumos",
    "unknown-l4re", "unknown-linux", "unknown-managarm", "unknown-motor", "unknown-netbsd",
    "unknown-none", "unknown-nto", "unknown-nuttx", "unknown-openbsd", "unknown-qurt",
    "unknown-redox", "unknown-teeos", "unknown-trusty", "unknown-uefi", "unknown-unknown",
    "unknown-xous", "uwp-windows", "vex-v5", "wali-linux", "wasip1", "wasip1-threads", "wasip2",
    "wasip3", "win7-windows", "wrs-vxworks",
    // clang-format on
});

constexpr auto kEnvironments = std::to_array<std::string_view>({
    // clang-format off
    "android", "androideabi", "eabi", "eabihf", "elf", "freestanding", "gnu", "gnu_ilp32",
    "gnuabi64", "gnuabiv2", "gnuabiv2hf", "gnuasan", "gnueabi", "gnueabihf", "gnuelfv2", "gnullvm",
    "gnumsan", "gnuspe", "gnutsan", "gnux32", "macabi", "mlibc", "msvc", "musl", "muslabi64",
    "musleabi", "musleabihf", "muslspe", "newlibeabihf", "none", "ohos", "qnx700", "qnx710",
    "qnx710_iosock", "qnx800", "sgx", "sim", "softfloat", "spe", "uclibc", "uclibceabi",
    "uclibceabihf",
    // clang-format on
});

static_assert(std::ranges::is_sorted(kArches));
static_assert(std::ranges::is_sorted(kSystems));
static_assert(std::ranges::is_sorted(kEnvironments));

template <typename List>
bool contains(const List& list, std::string_view part) {
    return std::ranges::binary_search(list, part);
}

/// Puts `-env` at the end of what a machine is called on Linux.
std::string linux_tuple(std::string_view arch, std::string_view env) {
    return fmt::format("{}-unknown-linux-{}", arch, env);
}

std::string detect_linux(const HostFacts& facts) {
    const std::string_view machine = facts.machine;
    const std::string_view libc = facts.musl ? "musl" : "gnu";
    if (machine == "aarch64") {
        if (facts.user_space_32bit) return linux_tuple("armv7", "gnueabihf");
        return linux_tuple("aarch64", libc);
    }
    if (machine == "x86_64" || machine == "loongarch64") return linux_tuple(machine, libc);
    if (machine == "ppc64") return linux_tuple("powerpc64", libc);
    if (machine == "ppc64le") return linux_tuple("powerpc64le", libc);
    if (machine == "i686") return linux_tuple("i686", "gnu");
    if (machine == "armv7l" || machine == "armv8l") return linux_tuple("armv7", "gnueabihf");
    if (machine == "arm") return linux_tuple("arm", "gnueabi");
    if (machine == "mips") return linux_tuple(facts.big_endian ? "mips" : "mipsel", "gnu");
    if (machine == "mips64") {
        return linux_tuple(facts.big_endian ? "mips64" : "mips64el", "gnuabi64");
    }
    return facts.build_tuple;
}

}  // namespace

std::string PartialTarget::str() const {
    std::vector<std::string> parts;
    for (const auto* part : {&arch, &os, &env}) {
        if (*part) parts.push_back(**part);
    }
    return join(parts, "-");
}

std::optional<PartialTarget> parse_partial_target(std::string_view text) {
    PartialTarget target;
    if (text.empty()) return target;

    // No part of one list begins with a whole part of another followed by "-" and a third, so the
    // first division that uses up the text is the only one; arch and os go before os alone before
    // env.
    std::string_view rest = text;
    const std::string_view first = rest.substr(0, rest.find('-'));
    if (contains(kArches, first)) {
        target.arch = first;
        if (first.size() == rest.size()) return target;
        rest.remove_prefix(first.size() + 1);
    }
    for (auto end = rest.size(); end != std::string_view::npos && end > 0;
         end = rest.rfind('-', end - 1)) {
        if (!contains(kSystems, rest.substr(0, end))) continue;
        if (end == rest.size()) {
            target.os = rest;
            return target;
        }
        if (const auto env = rest.substr(end + 1); contains(kEnvironments, env)) {
            target.os = rest.substr(0, end);
            target.env = env;
            return target;
        }
    }
    if (!contains(kEnvironments, rest)) return std::nullopt;
    target.env = rest;
    return target;
}

std::string resolve_target(const PartialTarget& target, std::string_view host) {
    const auto parts = parse_partial_target(host);
    if (!parts) {
        throw Error(Errc::usage,
                    fmt::format("Provided host '{}' couldn't be converted to partial tuple", host));
    }
    if (!parts->arch) {
        throw Error(Errc::usage,
                    fmt::format("Provided host '{}' did not specify a CPU architecture", host));
    }
    if (!parts->os) {
        throw Error(Errc::usage,
                    fmt::format("Provided host '{}' did not specify an operating system", host));
    }
    PartialTarget full = target;
    if (!full.arch) full.arch = parts->arch;
    if (!full.env && !full.os) full.env = parts->env;
    if (!full.os) full.os = parts->os;
    return full.str();
}

std::string detect_host(const HostFacts& facts) {
    const std::string_view system = facts.system;
    const bool pc = facts.machine == "x86_64" || facts.machine == "i686";
    if (system == "Linux") return detect_linux(facts);
    if (pc && system == "Darwin") return facts.machine + "-apple-darwin";
    if ((pc || facts.machine == "aarch64") && system == "FreeBSD")
        return facts.machine + "-unknown-freebsd";
    if (pc && system == "OpenBSD") return facts.machine + "-unknown-openbsd";
    if (pc && system == "NetBSD") return facts.machine + "-unknown-netbsd";
    if (facts.machine == "x86_64" && system == "DragonFly") return "x86_64-unknown-dragonfly";
    return facts.build_tuple;
}

bool can_run(std::string_view host, std::string_view target) {
    if (host == target) return true;
    const auto parse = [](std::string_view tuple) {
        const auto parts = parse_partial_target(tuple);
        if (parts) return *parts;
        throw Error(Errc::usage, fmt::format("Unable to parse target tuple: {}", tuple));
    };
    const PartialTarget ours = parse(host);
    const PartialTarget theirs = parse(target);
    if (ours.os != theirs.os || ours.os != "pc-windows") return false;
    return ours.arch == theirs.arch;
}

}  // namespace latchkey::dist
