#pragma once

#include <array>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// A program that a toolchain may have. A proxy stands for it when it is called by the tool's name.
struct Tool {
    std::string_view name;
    std::string_view component;  ///< The component that provides it, by the users' name.
    /// False: if the component is missing, rustup says that it does not know the program.
    bool rustup_knows_component = true;
    /// The packages that it may execute or load. Empty: all but documentation.
    std::array<std::string_view, 5> loads = {};
    /// The programs that it starts must run on its generation, and are told which one that is.
    bool begins_session = false;
    /// cargo starts it for a build, so it runs on the generation that it is told.
    bool joins_session = false;
    /// People had it from elsewhere before rustup brought it, so a foreign file of its name stays.
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

/// Null: no tool has this name.
const Tool* find_tool_named(std::string_view name);

/// Whether a package is the one that provides a tool.
bool provides(std::string_view pkg, std::string_view tool);

/// "'rustc', 'rustdoc', …"
std::string tool_names();

}  // namespace latchkey::dist
