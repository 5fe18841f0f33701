#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "latchkey/args/command_table.hpp"

namespace latchkey::args {

/// One manual page, in the macros of man(7).
struct ManPage {
    std::string name;  ///< "rustup-toolchain-install", the file's name without ".1".
    std::string text;
};

/// A page for `rustup`, `latchkey` and `rustup-init`, and for each command that their help shows. A
/// page has the sections of the command's help. A command that both `rustup` and `latchkey` have
/// gets one page, under rustup's name.
///
/// Shape: `date` is that of the release, "2026-11-30".
/// Source: man(7), groff_char(7).
std::vector<ManPage> man_pages(std::string_view date);

}  // namespace latchkey::args
