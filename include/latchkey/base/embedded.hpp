#pragma once

/// Puts a file's bytes into the program. Use it at namespace scope, with the file's name as a
/// string literal. It declares `NAME_begin`, the first byte, and `NAME_end`, one past the last.
///
/// A macro, because the assembler wants both names in its text.
///
/// Source: the GNU assembler's manual, .incbin.
#define LATCHKEY_EMBED(name, file)        \
    asm(".pushsection .rodata." #name     \
        ", \"a\"\n"                       \
        ".balign 16\n"                    \
        ".globl " #name                   \
        "_begin\n"                        \
        ".hidden " #name "_begin\n" #name \
        "_begin:\n"                       \
        ".incbin \"" file                 \
        "\"\n"                            \
        ".globl " #name                   \
        "_end\n"                          \
        ".hidden " #name "_end\n" #name   \
        "_end:\n"                         \
        ".popsection\n");                 \
    extern "C" const char name##_begin[]; \
    extern "C" const char name##_end[]
