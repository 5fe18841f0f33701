#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::resolve {

/// What `toolchain list` shows: every toolchain with a valid name that is installed or linked;
/// dangling links, too. A link is custom, also as `stable-mine`. One that was uninstalled is not,
/// though its directory may still be in use.
///
/// Shape: official first; stable, beta, nightly, versions; then custom names.
std::vector<dist::AnyName> list_installed(const std::string& rustup_home);

/// Of those, the ones that `update` and `check` look at without being told.
std::vector<dist::ToolchainName> list_tracking(const std::string& rustup_home);

/// Whether list_installed would show it, by one look.
bool is_listed(const std::string& rustup_home, const dist::AnyName& name);

/// Whether it can be opened as a directory, following links. False for a dangling link.
bool is_installed(const std::string& rustup_home, const Name& name);

/// The same; false for an empty folder too, which is there for rustup's questions, and for whoever
/// would count on the toolchain is none.
bool is_more_than_a_folder(const std::string& rustup_home, const Name& name);

/// Whether each of these surely is there, by `lib/rustlib/components` alone: a proxy's quick look
/// at what a toolchain file lists. One of before 2016 has all that it can have. False: perhaps not;
/// only the channel's manifest, with its renames, can tell.
bool surely_has(const std::string& toolchain_path, std::string_view target,
                std::span<const std::string> components, std::span<const std::string> targets);

}  // namespace latchkey::resolve
