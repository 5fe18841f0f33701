#include <cstddef>

#include "latchkey/setup/signature.hpp"

// LATCHKEY_RELEASE_KEY_FILE is the file's name, an empty file where there is no key; CMakeLists.txt
// says it. In a file of its own, so that a test's program can be linked with another key.
asm(".pushsection .rodata.latchkey_release_key, \"a\"\n"
    ".globl latchkey_release_key_begin\n"
    ".hidden latchkey_release_key_begin\n"
    "latchkey_release_key_begin:\n"
    ".incbin \"" LATCHKEY_RELEASE_KEY_FILE
    "\"\n"
    ".globl latchkey_release_key_end\n"
    ".hidden latchkey_release_key_end\n"
    "latchkey_release_key_end:\n"
    ".popsection\n");

extern "C" const char latchkey_release_key_begin[];
extern "C" const char latchkey_release_key_end[];

namespace latchkey::setup {

std::string_view release_key() {
    return {latchkey_release_key_begin,
            static_cast<std::size_t>(latchkey_release_key_end - latchkey_release_key_begin)};
}

}  // namespace latchkey::setup
