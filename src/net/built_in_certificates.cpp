#include "built_in_certificates.hpp"

#include <cstddef>

// LATCHKEY_CERTIFICATES is the file's name; CMakeLists.txt makes it.
asm(".pushsection .rodata.latchkey_certificates, \"a\"\n"
    ".globl latchkey_certificates_begin\n"
    ".hidden latchkey_certificates_begin\n"
    "latchkey_certificates_begin:\n"
    ".incbin \"" LATCHKEY_CERTIFICATES
    "\"\n"
    ".globl latchkey_certificates_end\n"
    ".hidden latchkey_certificates_end\n"
    "latchkey_certificates_end:\n"
    ".popsection\n");

extern "C" const char latchkey_certificates_begin[];
extern "C" const char latchkey_certificates_end[];

namespace latchkey::net {

std::string_view built_in_certificates() noexcept {
    return {latchkey_certificates_begin,
            static_cast<std::size_t>(latchkey_certificates_end - latchkey_certificates_begin)};
}

}  // namespace latchkey::net
