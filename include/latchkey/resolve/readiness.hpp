#pragma once

#include <span>
#include <string>

#include "latchkey/base/error.hpp"
#include "latchkey/resolve/active.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// What is still to be done before a toolchain can be used.
enum class Readiness {
    ready,
    install,  ///< Not installed; to be installed now.
    look,     ///< Installed; only a manifest can tell whether it has what the toolchain file lists.
};

/// For the active toolchain, as proxies, `which`, `component`, … use it.
///
/// Throws: Errc::not_found if it is not installed and may not or cannot be.
Readiness check_active(const Site& site, const Active& active);

/// That a deputy has what the toolchain file lists. Any other toolchain passes.
///
/// Throws: Errc::not_found, one line: what is missing, from which toolchain, and what adds it.
void require_listed(const Site& site, const Active& active);

/// For a toolchain that is installed, and for what a toolchain file lists: ready or look.
Readiness check_listed(const Site& site, const Name& toolchain,
                       std::span<const std::string> components,
                       std::span<const std::string> targets, const std::string& toolchain_path);

/// For a toolchain that was named for this one use, by a proxy's `+X` or `--toolchain X`.
///
/// Throws: as check_active.
Readiness check_named(const Site& site, const Name& name);

/// `toolchain 'T' is not installed`, with a line of help for official ones. For a path: `path 'P'
/// not found`. `active`: the toolchain would be used here without being named, so the help need not
/// name it.
Error not_installed_error(const Name& name, bool active);

/// `override toolchain 'T' is not installed: the RUSTUP_TOOLCHAIN environment variable specifies an
/// uninstalled toolchain`, ….
Error uninstalled_override_error(const Active& active);

}  // namespace latchkey::resolve
