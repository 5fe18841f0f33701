#include "latchkey/args/doc_flags.hpp"

namespace latchkey::args {

const std::vector<DocFlag>& doc_flags() {
    static const std::vector<DocFlag> flags = {
        {.name = "alloc",
         .help = "The Rust core allocation and collections library",
         .folder = "alloc"},
        {.name = "book", .help = "The Rust Programming Language book", .folder = "book"},
        {.name = "cargo", .help = "The Cargo Book", .folder = "cargo"},
        {.name = "clippy", .help = "The Clippy Documentation", .folder = "clippy"},
        {.name = "core", .help = "The Rust Core Library", .folder = "core"},
        {.name = "edition-guide", .help = "The Rust Edition Guide", .folder = "edition-guide"},
        {.name = "embedded-book", .help = "The Embedded Rust Book", .folder = "embedded-book"},
        {.name = "error-codes", .help = "The Rust Error Codes Index", .folder = "error_codes"},
        {.name = "nomicon",
         .help = "The Dark Arts of Advanced and Unsafe Rust Programming",
         .folder = "nomicon"},
        {.name = "proc_macro",
         .help = "A support library for macro authors when defining new macros",
         .folder = "proc_macro"},
        {.name = "reference", .help = "The Rust Reference", .folder = "reference"},
        {.name = "releases", .help = "Rust Release Notes", .folder = ""},
        {.name = "rust-by-example",
         .help = "A collection of runnable examples that illustrate various Rust concepts and "
                 "standard libraries",
         .folder = "rust-by-example"},
        {.name = "rustc",
         .help = "The compiler for the Rust programming language",
         .folder = "rustc"},
        {.name = "rustc-docs",
         .help = "The API documentation for the Rust compiler and other toolchain components",
         .folder = "rustc-docs"},
        {.name = "rustdoc",
         .help = "Documentation generator for Rust projects",
         .folder = "rustdoc"},
        {.name = "std", .help = "Standard library API documentation", .folder = "std"},
        {.name = "style-guide", .help = "The Rust Style Guide", .folder = "style-guide"},
        {.name = "test",
         .help = "Support code for rustc's built in unit-test and micro-benchmarking framework",
         .folder = "test"},
        {.name = "unstable-book", .help = "The Unstable Book", .folder = "unstable-book"},
    };
    return flags;
}

}  // namespace latchkey::args
