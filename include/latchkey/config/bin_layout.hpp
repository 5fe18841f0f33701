#pragma once

#include <string_view>

namespace latchkey::config {

/// The layout of `$CARGO_HOME/bin`.
///
/// ```
/// .latchkey/rustup         the full program
/// .latchkey/proxy/rustup   the proxy
/// rustup                   -> .latchkey/rustup
/// cargo, rustc, ...        -> .latchkey/proxy/rustup
/// ```
///
/// Two files in a folder of our own, and relative symlinks to them. So `bin` keeps its size when it
/// is copied, and a copy works wherever it lies. A cache of a CI service that deletes unknown files
/// in `bin` deletes none of ours, since only links lie there.
///
/// Each link leads to a file called `rustup`, because people and programs recognise a proxy by
/// that. The two files differ in length, because cargo runs a toolchain's rustc without the proxy
/// if `rustc` and `rustup` on PATH have the same length.
///
/// Source: cargo, src/cargo/util/context/mod.rs, `get_tool`; rustup's tools are links to `rustup`.
inline constexpr std::string_view kProgramsFolder = ".latchkey";
inline constexpr std::string_view kProgramFile = ".latchkey/rustup";
inline constexpr std::string_view kProxyFolder = ".latchkey/proxy";
inline constexpr std::string_view kProxyFile = ".latchkey/proxy/rustup";

/// The name of the full program in `bin`. Every other name is a tool's.
inline constexpr std::string_view kProgramName = "rustup";

/// The target of the link `name` in `bin`.
constexpr std::string_view link_target(std::string_view name) {
    return name == kProgramName ? kProgramFile : kProxyFile;
}

}  // namespace latchkey::config
