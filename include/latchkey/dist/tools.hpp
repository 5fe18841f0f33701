#pragma once

#include <array>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// A program that a toolchain may have, and that a proxy stands for when it is called so.
struct Tool {
    std::string_view name;
    std::string_view component;  ///< Which provides it, as users call it.
    /// False: rustup says that it does not know such a program where the component is missing.
    bool rustup_knows_component = true;
    /// Packages that it may execute or load. Empty: any but documentation.
    std::array<std::string_view, 5> loads = {};
    /// What it starts must run on the same generation, and is told which one that is.
    bool begins_session = false;
    /// cargo starts it for a build: it runs on the generation that it is told.
    bool joins_session = false;
    /// People had it from elsewhere before rustup brought it: a foreign file of its name stays.
    bool shared = false;
};

/// Every tool, in rustup's order.
inline constexpr std::array<Tool, 13> kTools = {{
    {.name = "rustc", .component = "rustc", .joins_session = true},
    {.name = "rustdoc", .component = "rustc", .joins_session = true},
    {.name = "cargo", .component = "cargo", .begins_session = true},
    {.name = "rust-lldb", .component = "rustc", .loads = {"rustc"}},
    {.name = "rust-gdb", .component = "rustc", .loads = {"rustc"}},
    {.name = "rust-gdbgui", .component = "rustc", .loads = {"rustc"}},
    {.name = "rls", .component = "rls"},
    {.name = "cargo-clippy", .component = "clippy", .begins_session = true, .joins_session = true},
    {.name = "clippy-driver", .component = "clippy", .joins_session = true},
    {.name = "cargo-miri", .component = "miri", .begins_session = true, .joins_session = true},
    {.name = "rust-analyzer",
     .component = "rust-analyzer",
     .rustup_knows_component = false,
     .loads = {"rust-analyzer-preview", "rust-analyzer", "rustc", "rust-std", "rust-src"},
     .shared = true},
    {.name = "rustfmt",
     .component = "rustfmt",
     .loads = {"rustfmt-preview", "rustc"},
     .joins_session = true,
     .shared = true},
    {.name = "cargo-fmt",
     .component = "rustfmt",
     .begins_session = true,
     .joins_session = true,
     .shared = true},
}};

/// Null: it is none.
const Tool* find_tool_named(std::string_view name);

/// Whether a package is the one that provides a tool.
bool provides(std::string_view pkg, std::string_view tool);

/// "'rustc', 'rustdoc', …"
std::string tool_names();

}  // namespace latchkey::dist
