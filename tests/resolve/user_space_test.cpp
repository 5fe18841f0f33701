#include "user_space.hpp"

#include <elf.h>

#include <catch2/catch.hpp>

#include "latchkey/resolve/host.hpp"
#include "support/temp_dir.hpp"

using namespace latchkey;
using namespace latchkey::resolve;
using test::TempDir;

#if defined(__x86_64__)

namespace {

constexpr const char* kMusl = "lib/ld-musl-x86_64.so.1";
constexpr const char* kGlibc = "lib64/ld-linux-x86-64.so.2";

template <typename Record>
void append(std::string& bytes, const Record& record) {
    bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
}

/// A program that names this loader; "" for one that is linked statically.
template <typename Header, typename Segment>
std::string program_of(unsigned char elf_class, const std::string& loader) {
    Header header{};
    std::copy_n(ELFMAG, SELFMAG, reinterpret_cast<char*>(header.e_ident));
    header.e_ident[EI_CLASS] = elf_class;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Segment);
    header.e_phnum = 2;
    Segment load{};
    load.p_type = PT_LOAD;
    Segment interp{};
    interp.p_type = loader.empty() ? PT_NOTE : PT_INTERP;
    interp.p_offset = sizeof header + 2 * sizeof(Segment);
    interp.p_filesz = static_cast<decltype(interp.p_filesz)>(loader.size() + 1);
    std::string bytes;
    append(bytes, header);
    append(bytes, load);
    append(bytes, interp);
    return bytes + loader + '\0' + "code";
}

std::string program(const std::string& loader) {
    return program_of<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64, loader);
}

bool is_musl(const TempDir& root) {
    return load_user_space(root.path(), false).is_musl;
}

}  // namespace

TEST_CASE("a system whose shell is run by musl's loader is a musl system", "[resolve][host]") {
    const TempDir root;
    root.write(kMusl, "");
    root.write("bin/sh", program(std::string("/") + kMusl));
    CHECK(is_musl(root));
    root.write(kGlibc, "");  // Alpine's gcompat.
    CHECK(is_musl(root));
}

TEST_CASE("a glibc system with musl beside it stays one", "[resolve][host]") {
    const TempDir root;
    root.write(kGlibc, "");
    root.write(kMusl, "");
    root.write("bin/sh", program(std::string("/") + kGlibc));
    CHECK_FALSE(is_musl(root));
    root.write("bin/sh", program(""));
    CHECK_FALSE(is_musl(root));
    root.write("usr/bin/env", program(std::string("/") + kMusl));
    CHECK(is_musl(root));
}

TEST_CASE("a system with a static shell is told by the loader that it has", "[resolve][host]") {
    const TempDir root;
    root.write("bin/sh", program(""));
    CHECK_FALSE(is_musl(root));
    root.write(kMusl, "");
    CHECK(is_musl(root));
}

TEST_CASE("nothing that can be read is what this program was built for", "[resolve][host]") {
    const TempDir root;
    CHECK_FALSE(is_musl(root));
    CHECK_FALSE(load_user_space(root.path(), true).is_32bit);
    root.write("bin/sh", "#!/bin/busybox sh\n");
    CHECK_FALSE(load_user_space(root.path(), true).is_32bit);
}

TEST_CASE("the shell tells of how many bits the programs are", "[resolve][host]") {
    const TempDir root;
    root.write("bin/sh", program_of<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32, "/lib/ld-linux.so.2"));
    CHECK(load_user_space(root.path(), true).is_32bit);
    root.write("bin/sh", program("/x"));
    CHECK_FALSE(load_user_space(root.path(), true).is_32bit);
}

TEST_CASE("headers that lead out of their file name no loader", "[resolve][host]") {
    const TempDir root;
    root.write(kGlibc, "");
    root.write(kMusl, "");
    const std::string good = program(std::string("/") + kMusl);
    for (std::size_t size = 0; size < good.size() - 30; size += 7) {
        root.write("bin/sh", good.substr(0, size));
        CHECK_FALSE(is_musl(root));
    }
    Elf64_Ehdr header{};
    std::copy_n(ELFMAG, SELFMAG, reinterpret_cast<char*>(header.e_ident));
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_phoff = ~std::uint64_t{0} - 8;
    header.e_phnum = 0xFFFF;
    std::string bytes;
    append(bytes, header);
    root.write("bin/sh", bytes);
    CHECK_FALSE(is_musl(root));
}

#endif
