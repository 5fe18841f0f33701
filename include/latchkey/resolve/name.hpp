#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/dist/toolchain_name.hpp"

namespace latchkey::resolve {

/// A toolchain that can be run, or could be if it were installed: an official one with its target,
/// a linked one, or a directory.
using Name = std::variant<dist::ToolchainName, dist::CustomName, dist::PathName>;

/// The name in messages, and the value of RUSTUP_TOOLCHAIN for a tool.
std::string str(const Name& name);

/// The name of a directory under `toolchains/` as a Name.
Name to_name(const dist::AnyName& name);

/// The official name. Null: the toolchain is not official.
const dist::ToolchainName* official(const Name& name);

/// Throws: as dist::resolve_target.
Name resolve_name(const dist::LocalName& name, std::string_view host);

/// The name that `run`, `RUSTUP_TOOLCHAIN` or a proxy's `+X` means.
///
/// Throws: Errc::usage in rustup's words, also for a path without a `bin` directory.
Name load_local_name(std::string_view text, std::string_view host);

/// A path that a toolchain file names, unchanged.
///
/// Throws: as load_local_name.
dist::PathName load_path_name(const std::string& text);

/// The directory with the toolchain's files: that of the current generation, or the path itself.
///
/// Throws: as store::find_current.
std::string toolchain_path(const dist::HomeLayout& home, const Name& name);

}  // namespace latchkey::resolve
