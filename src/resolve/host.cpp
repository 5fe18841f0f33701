#include "latchkey/resolve/host.hpp"

#include <features.h>

#include <bit>

#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/platform/system.hpp"
#include "user_space.hpp"

#if defined(__GLIBC__)
#define LATCHKEY_LIBC "gnu"
#else
#define LATCHKEY_LIBC "musl"
#endif

namespace latchkey::resolve {
namespace {

#if defined(__x86_64__)
constexpr std::string_view kBuildTuple = "x86_64-unknown-linux-" LATCHKEY_LIBC;
#elif defined(__aarch64__)
constexpr std::string_view kBuildTuple = "aarch64-unknown-linux-" LATCHKEY_LIBC;
#elif defined(__i386__)
constexpr std::string_view kBuildTuple = "i686-unknown-linux-" LATCHKEY_LIBC;
#elif defined(__arm__) && __ARM_ARCH >= 7
constexpr std::string_view kBuildTuple = "armv7-unknown-linux-" LATCHKEY_LIBC "eabihf";
#elif defined(__riscv)
constexpr std::string_view kBuildTuple = "riscv64gc-unknown-linux-" LATCHKEY_LIBC;
#elif defined(__s390x__)
constexpr std::string_view kBuildTuple = "s390x-unknown-linux-" LATCHKEY_LIBC;
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr std::string_view kBuildTuple = "powerpc64le-unknown-linux-" LATCHKEY_LIBC;
#else
#error "Rust's tuple for this machine is not known here"
#endif

/// The build tuple with the C library of the system. What stands behind its name says how functions
/// are called (`gnueabihf`), and stays.
std::string tuple_with_libc(bool musl) {
    constexpr std::string_view kBuiltFor = LATCHKEY_LIBC;
    std::string tuple(kBuildTuple);
    tuple.replace(tuple.rfind('-') + 1, kBuiltFor.size(), musl ? "musl" : "gnu");
    return tuple;
}

dist::HostFacts load_facts() {
    const platform::SystemName system = platform::system_name();
    dist::HostFacts facts;
    facts.system = system.system;
    facts.machine = system.machine;
    // Only there does the answer depend on it: a 64-bit kernel says nothing of the programs that
    // run on it.
    const UserSpace user_space = load_user_space("", system.machine == "aarch64");
    facts.user_space_32bit = system.machine == "aarch64" && user_space.is_32bit;
    facts.big_endian = std::endian::native == std::endian::big;
    facts.musl = user_space.is_musl;
    return facts;
}

}  // namespace

std::string_view build_tuple() noexcept {
    return kBuildTuple;
}

std::string load_detected_host() {
    dist::HostFacts facts = load_facts();
    facts.build_tuple = tuple_with_libc(facts.musl);
    return dist::detect_host(facts);
}

std::optional<std::string> find_detected_host() {
    std::string host = dist::detect_host(load_facts());
    if (host.empty()) return std::nullopt;
    return host;
}

std::string load_host(const config::Settings& settings, const config::Variables& variables) {
    std::string host;
    if (settings.default_host) {
        host = *settings.default_host;
    } else if (variables.host_tuple) {
        host = *variables.host_tuple;
    } else {
        host = load_detected_host();
    }
    dist::resolve_target(dist::PartialTarget{}, host);
    return host;
}

std::string load_system_tuple(const config::Variables& variables) {
    return variables.host_tuple ? *variables.host_tuple : load_detected_host();
}

std::optional<std::string> find_system_tuple(const config::Variables& variables) {
    return variables.host_tuple ? variables.host_tuple : find_detected_host();
}

void check_runs_here(const config::Variables& variables, const std::string& shown,
                     const std::string& target, bool force) {
    if (force || dist::can_run(load_system_tuple(variables), target)) return;
    throw Error(Errc::unsupported,
                fmt::format("toolchain '{}' may not be able to run on this system\n"
                            "note: to build software for that platform, try `rustup target add {}` "
                            "instead\n"
                            "note: add the `--force-non-host` flag to install the toolchain anyway",
                            shown, target));
}

}  // namespace latchkey::resolve
