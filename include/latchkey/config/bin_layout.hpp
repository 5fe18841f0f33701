#pragma once

#include <string_view>

namespace latchkey::config {

/// What `$CARGO_HOME/bin` is made of.
///
/// ```
/// .latchkey/rustup         the full program
/// .latchkey/proxy/rustup   the proxy
/// rustup                   -> .latchkey/rustup
/// cargo, rustc, ...        -> .latchkey/proxy/rustup
/// ```
///
/// Two files, in a folder that is nobody else's, and symlinks to them that say no more than the
/// way. So the folder keeps its size and works wherever a copy of it comes to lie, and what deletes
/// the files in `bin` that it does not know, as caches of CI services do, deletes nothing of it.
///
/// Each link ends in a file called `rustup`: by that people and programs know a proxy. The two
/// files differ in length: cargo runs a toolchain's rustc without its proxy where `rustc` and
/// `rustup` on PATH have one length.
///
/// Source: cargo, src/cargo/util/context/mod.rs, `get_tool`; rustup's tools are links to `rustup`.
inline constexpr std::string_view kProgramsFolder = ".latchkey";
inline constexpr std::string_view kProgramFile = ".latchkey/rustup";
inline constexpr std::string_view kProxyFolder = ".latchkey/proxy";
inline constexpr std::string_view kProxyFile = ".latchkey/proxy/rustup";

/// The name of the program in `bin`. Every other one is a tool's.
inline constexpr std::string_view kProgramName = "rustup";

/// What the link says that has this name in `bin`.
constexpr std::string_view link_target(std::string_view name) {
    return name == kProgramName ? kProgramFile : kProxyFile;
}

}  // namespace latchkey::config
