#include "user_space.hpp"

#include <elf.h>
#include <fcntl.h>
#include <features.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/fd.hpp"
#include "latchkey/platform/file.hpp"

namespace latchkey::resolve {
namespace {

#if defined(__GLIBC__)
constexpr bool kBuiltForMusl = false;
#else
constexpr bool kBuiltForMusl = true;
#endif

// Where each C library has its loader on a machine like the one that this program was built for.
// Source: musl's "configure" and ldso; glibc's shlib-versions and the ABIs of the processors.
#if defined(__x86_64__)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-x86_64.so.1";
constexpr std::string_view kGlibcLoader = "/lib64/ld-linux-x86-64.so.2";
#elif defined(__aarch64__)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-aarch64.so.1";
constexpr std::string_view kGlibcLoader = "/lib/ld-linux-aarch64.so.1";
#elif defined(__i386__)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-i386.so.1";
constexpr std::string_view kGlibcLoader = "/lib/ld-linux.so.2";
#elif defined(__arm__)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-armhf.so.1";
constexpr std::string_view kGlibcLoader = "/lib/ld-linux-armhf.so.3";
#elif defined(__riscv)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-riscv64.so.1";
constexpr std::string_view kGlibcLoader = "/lib/ld-linux-riscv64-lp64d.so.1";
#elif defined(__s390x__)
constexpr std::string_view kMuslLoader = "/lib/ld-musl-s390x.so.1";
constexpr std::string_view kGlibcLoader = "/lib/ld64.so.1";
#else
constexpr std::string_view kMuslLoader = "/lib/ld-musl-powerpc64le.so.1";
constexpr std::string_view kGlibcLoader = "/lib64/ld64.so.2";
#endif

constexpr bool k32Bit = sizeof(void*) == 4;

/// The beginning of an ELF file: linkers put its headers and its loader's name there.
std::string load_beginning(const std::string& path) {
    std::string bytes(4096, '\0');
    try {
        const platform::Fd file = platform::open_file(path, O_RDONLY);
        bytes.resize(platform::read_some(file, std::as_writable_bytes(std::span(bytes)), path));
    } catch (const Error&) {
        bytes.clear();
    }
    return bytes;
}

std::optional<unsigned char> elf_class(std::string_view file) {
    if (!file.starts_with(ELFMAG) || file.size() <= EI_CLASS) return std::nullopt;
    return static_cast<unsigned char>(file[EI_CLASS]);
}

template <typename Record>
std::optional<Record> record_at(std::string_view file, std::uint64_t at) {
    if (at > file.size() || file.size() - at < sizeof(Record)) return std::nullopt;
    Record record;
    std::memcpy(&record, file.data() + at, sizeof record);
    return record;
}

/// The loader that a program names; empty for one that is linked statically.
template <typename Header, typename Segment>
std::string loader_of(std::string_view file) {
    const auto header = record_at<Header>(file, 0);
    for (unsigned number = 0; header && number < header->e_phnum; ++number) {
        const auto segment = record_at<Segment>(file, header->e_phoff + number * sizeof(Segment));
        if (!segment) break;
        if (segment->p_type != PT_INTERP) continue;
        const auto within = [&file](std::uint64_t bytes) {
            return static_cast<std::size_t>(std::min<std::uint64_t>(bytes, file.size()));
        };
        const std::string_view name =
            file.substr(within(segment->p_offset), within(segment->p_filesz));
        return std::string(name.substr(0, name.find('\0')));
    }
    return "";
}

std::string loader_of(std::string_view file) {
    const auto bits = elf_class(file);
    if (bits == ELFCLASS64) return loader_of<Elf64_Ehdr, Elf64_Phdr>(file);
    if (bits == ELFCLASS32) return loader_of<Elf32_Ehdr, Elf32_Phdr>(file);
    return "";
}

bool is_there(const std::string& path) {
    try {
        return platform::find_status(path).has_value();
    } catch (const Error&) {
        return false;
    }
}

bool is_musl(const std::string& root) {
    const auto has = [&root](std::string_view path) { return is_there(root + std::string(path)); };
    if (!has(kMuslLoader)) return kBuiltForMusl && !has(kGlibcLoader);
    for (const char* program : {"/bin/sh", "/usr/bin/env"}) {
        const std::string loader = loader_of(load_beginning(root + program));
        if (!loader.empty()) return loader.find("/ld-musl-") != std::string::npos;
    }
    return kBuiltForMusl || !has(kGlibcLoader);
}

}  // namespace

UserSpace load_user_space(const std::string& root, bool ask_for_bits) {
    UserSpace found;
    found.is_musl = is_musl(root);
    found.is_32bit = k32Bit;
    if (ask_for_bits) {
        const auto bits = elf_class(load_beginning(root + "/bin/sh"));
        if (bits) found.is_32bit = bits == ELFCLASS32;
    }
    return found;
}

}  // namespace latchkey::resolve
