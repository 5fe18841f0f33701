#pragma once

#include <span>
#include <string>
#include <string_view>

#include "latchkey/base/error.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// What stands between an active toolchain and its use.
enum class Readiness {
    ready,
    install,  ///< Not installed, and to be installed now.
    look,  ///< Installed; whether it has all that the toolchain file lists, a manifest must tell.
};

/// For the active toolchain, as proxies, `which`, `component`, … need it.
///
/// Throws: Errc::not_found, where it is not installed and must not, or cannot, be installed.
Readiness check_active(const Site& site, const Active& active);

/// Of a toolchain that is installed, and of what a toolchain file lists: ready or look.
Readiness check_listed(const Site& site, const Name& toolchain,
                       std::span<const std::string> components,
                       std::span<const std::string> targets, const std::string& toolchain_path);

/// For a toolchain that was named for this one use: a proxy's `+X`, `--toolchain X`.
///
/// Throws: as check_active.
Readiness check_named(const Site& site, const Name& name);

/// `toolchain 'T' is not installed`, with its help line for official ones. `active`: it is what
/// would be used here without being named, so that the help need not name it. A path: `path 'P' not
/// found`.
Error not_installed_error(const Name& name, bool active);

/// `override toolchain 'T' is not installed: the RUSTUP_TOOLCHAIN environment variable specifies an
/// uninstalled toolchain`, ….
Error uninstalled_override_error(const Active& active);

/// What helps who has no toolchain at all: rustup's words.
inline constexpr std::string_view kDefaultStableHint =
    "help: run 'rustup default stable' to download the latest stable release of Rust and set it as "
    "your default toolchain.";

/// `rustup could not choose a version of PROGRAM to run, …`, two lines.
Error no_toolchain_error(std::string_view program);

}  // namespace latchkey::resolve
