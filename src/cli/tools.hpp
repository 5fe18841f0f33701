#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/platform/environment.hpp"
#include "latchkey/resolve/place.hpp"

namespace latchkey::cli {

/// A program that a toolchain has and that this one stands for when it is called so.
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

/// "'rustc', 'rustdoc', …"
std::string tool_names();

/// Why `tool` cannot be run from this toolchain, for `run` and proxies.
///
/// Throws: what reading the installed manifest throws.
Error missing_tool_error(const resolve::Place& place, const resolve::Name& toolchain,
                         const std::string& tool);

/// The same for `which`, which looks at no manifest. `active`: the help need not name the
/// toolchain.
Error unknown_tool_error(const resolve::Name& toolchain, const std::string& tool, bool active);

}  // namespace latchkey::cli
