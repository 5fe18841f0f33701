#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::resolve {

/// The toolchains that `toolchain list` shows: all with a valid name that are installed or linked,
/// here or in a base home, dangling links included. A link is custom, even if its name is
/// `stable-mine`. An uninstalled toolchain is not listed, even if its directory is still in use.
///
/// Shape: sorted: stable, beta, nightly, versions, then custom names.
std::vector<dist::AnyName> list_installed(const dist::HomeLayout& home);

/// The listed toolchains that `update` and `check` include without being told.
std::vector<dist::ToolchainName> list_tracking(const dist::HomeLayout& home);

/// Whether list_installed() has it. Looks at this one name only.
bool is_listed(const dist::HomeLayout& home, const dist::AnyName& name);

/// Whether the toolchain can be opened as a directory, following links. False for a dangling link.
bool is_installed(const dist::HomeLayout& home, const Name& name);

/// As is_installed(), but false for an empty folder: rustup takes one for a toolchain, but nothing
/// can be run from it.
bool is_more_than_a_folder(const dist::HomeLayout& home, const Name& name);

/// Whether a toolchain certainly has all of these, judging by `lib/rustlib/components` alone. It is
/// a proxy's quick check of what a toolchain file lists. A release of before 2016 has all that it
/// can have. False: perhaps not; only the channel's manifest, which knows the renames, can tell.
bool surely_has(const std::string& toolchain_path, std::string_view target,
                std::span<const std::string> components, std::span<const std::string> targets);

}  // namespace latchkey::resolve
