#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::resolve {

/// A toolchain that can be run, or could be if it were installed: official with its target filled
/// in, linked, or a directory.
using Name = std::variant<dist::ToolchainName, dist::CustomName, dist::PathName>;

/// What messages call it, and what RUSTUP_TOOLCHAIN becomes for a tool.
std::string str(const Name& name);

/// The same, for callers that have a name of a directory under `toolchains/`.
Name to_name(const dist::AnyName& name);

/// Null unless the toolchain is official.
const dist::ToolchainName* official(const Name& name);

/// Throws: as dist::resolve_target.
Name resolve_name(const dist::LocalName& name, std::string_view host);

/// The name that `run`, `RUSTUP_TOOLCHAIN` or a proxy's `+X` means.
///
/// Throws: Errc::usage in rustup's words, also for a path without a `bin` directory.
Name load_local_name(std::string_view text, std::string_view host);

/// A path that a toolchain file names. It stays as written.
///
/// Throws: as load_local_name.
dist::PathName load_path_name(const std::string& text);

/// Where its files are: the directory of the current generation, or the path itself.
///
/// Throws: as store::find_current.
std::string toolchain_path(const std::string& rustup_home, const Name& name);

}  // namespace latchkey::resolve
