#include "latchkey/setup/proxy_program.hpp"

#include <cstddef>

// LATCHKEY_PROXY_IMAGE is the file's name; CMakeLists.txt makes it.
asm(".pushsection .rodata.latchkey_proxy, \"a\"\n"
    ".balign 16\n"
    ".globl latchkey_proxy_begin\n"
    ".hidden latchkey_proxy_begin\n"
    "latchkey_proxy_begin:\n"
    ".incbin \"" LATCHKEY_PROXY_IMAGE
    "\"\n"
    ".globl latchkey_proxy_end\n"
    ".hidden latchkey_proxy_end\n"
    "latchkey_proxy_end:\n"
    ".popsection\n");

extern "C" const char latchkey_proxy_begin[];
extern "C" const char latchkey_proxy_end[];

namespace latchkey::setup {

std::string_view proxy_program() {
    return {latchkey_proxy_begin,
            static_cast<std::size_t>(latchkey_proxy_end - latchkey_proxy_begin)};
}

}  // namespace latchkey::setup
