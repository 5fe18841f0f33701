#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/platform/environment.hpp"

namespace latchkey::proxy {

/// A program that a toolchain has, and that a proxy stands for when it is called so.
struct Tool {
    std::string_view name;
    std::string_view component;  ///< Which provides it, as users call it. Empty: rustup knows none.
};

inline constexpr std::array<Tool, 13> kTools = {{
    {"rustc", "rustc"},
    {"rustdoc", "rustc"},
    {"cargo", "cargo"},
    {"rust-lldb", "rustc"},
    {"rust-gdb", "rustc"},
    {"rust-gdbgui", "rustc"},
    {"rls", "rls"},
    {"cargo-clippy", "clippy"},
    {"clippy-driver", "clippy"},
    {"cargo-miri", "miri"},
    {"rust-analyzer", ""},
    {"rustfmt", "rustfmt"},
    {"cargo-fmt", "rustfmt"},
}};

/// Null: it is none.
const Tool* find_tool_named(std::string_view name);

/// Whether a package is the one that provides a tool.
bool provides(std::string_view pkg, std::string_view tool);

/// "'rustc', 'rustdoc', …"
std::string tool_names();

/// Nested deeper than this, tools only start each other.
inline constexpr unsigned kMostRecursions = 20;

/// What a program was called by: RUSTUP_FORCE_ARG0, else argv[0], without folders and extension.
/// Empty: by nothing.
std::string called_name(const platform::Environment& environment,
                        const std::vector<std::string>& words);

}  // namespace latchkey::proxy
