#include "latchkey/resolve/host.hpp"

#include <fcntl.h>
#include <features.h>

#include <array>
#include <bit>
#include <cstddef>

#include "latchkey/base/error.hpp"
#include "latchkey/dist/target_tuple.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"
#include "latchkey/platform/system.hpp"

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

constexpr bool k32Bit = sizeof(void*) == 4;

/// A 64-bit kernel says nothing of the programs that run on it; the shell's ELF header does.
bool load_user_space_is_32bit() {
    constexpr std::string_view k32BitElf = "\x7F\x45\x4C\x46\x01";
    try {
        const platform::Fd shell = platform::open_file("/bin/sh", O_RDONLY);
        std::string header(k32BitElf.size(), '\0');
        platform::read_some(shell, std::as_writable_bytes(std::span(header)), "/bin/sh");
        return header == k32BitElf;
    } catch (const Error&) {
        return k32Bit;
    }
}

}  // namespace

std::string_view build_tuple() noexcept {
    return kBuildTuple;
}

std::string load_detected_host() {
    const platform::SystemName system = platform::system_name();
    dist::HostFacts facts;
    facts.system = system.system;
    facts.machine = system.machine;
    // Only there does the answer depend on it, and it costs three system calls.
    facts.user_space_32bit = system.machine == "aarch64" && load_user_space_is_32bit();
    facts.big_endian = std::endian::native == std::endian::big;
    facts.musl = kBuildTuple.ends_with("musl");
    facts.build_tuple = kBuildTuple;
    return dist::detect_host(facts);
}

std::string load_host(const config::Settings& settings, const config::Variables& variables) {
    std::string host;
    if (settings.default_host_triple) {
        host = *settings.default_host_triple;
    } else if (variables.host_triple) {
        host = *variables.host_triple;
    } else {
        host = load_detected_host();
    }
    dist::resolve_target(dist::PartialTarget{}, host);
    return host;
}

}  // namespace latchkey::resolve
