#pragma once

#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// The value of a switch. Not set, empty or 0: off.
///
/// Throws: Errc::usage, naming variable and value, for anything but 0 and 1.
bool parse_switch(const platform::Environment& environment, const std::string& name);

/// The folders that the XDG Base Directory specification gives a home by category. `home` is the
/// user's home directory, which counts where a variable is not set or has a relative path.
///
/// Empty: `home` is needed and empty.
/// Source: XDG Base Directory specification 0.8: $XDG_CACHE_HOME, $XDG_CONFIG_HOME, $XDG_DATA_HOME,
///         $XDG_STATE_HOME; "all paths must be absolute", others are ignored.
std::optional<dist::CategoryFolders> find_category_folders(const platform::Environment& environment,
                                                           const std::optional<std::string>& home);

/// The roots of the base homes of LATCHKEY_BASE, which are separated by colons. Empty ones, and
/// `home` itself, are left out.
///
/// Throws: Errc::usage, naming the variable and the path, for a path that is relative: from where,
///         a tool in another folder would not know.
std::vector<std::string> find_bases(const platform::Environment& environment,
                                    const dist::HomeLayout& home);

/// The folders that a proxy told its tool (set_home_layout()) if RUSTUP_HOME is still the one that
/// it told.
std::optional<dist::CategoryFolders> find_told_folders(const platform::Environment& environment);

/// Tells a tool where this home is: RUSTUP_HOME is the folder of the toolchains. If the home is by
/// category, LATCHKEY_DATA_HOME repeats that, so that nobody takes it for a plain home of the
/// user's choice, and three other variables have the other folders. So what the tool starts finds
/// the same home, even with another HOME.
void set_home_layout(platform::Environment& environment, const dist::HomeLayout& layout);

}  // namespace latchkey::config
