#pragma once

#include <optional>
#include <string>

#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::resolve {

/// Where a command runs: everything that decides which toolchain is chosen there, read once.
struct Site {
    std::string working_directory;  ///< Shape: canonical, as getcwd(2) gives it.
    config::Variables variables;
    config::Settings settings;
    std::string host;                   ///< What completes partial names.
    std::optional<Name> env_toolchain;  ///< RUSTUP_TOOLCHAIN, checked.

    /// Whether a missing toolchain is installed on demand: not with RUSTUP_UNTRUSTED; else
    /// RUSTUP_AUTO_INSTALL, else the setting, else yes.
    [[nodiscard]] bool auto_install() const {
        if (variables.untrusted) return false;
        return variables.auto_install.value_or(settings.auto_install.value_or(true));
    }

    /// Whether an installed toolchain may stand for a missing one: RUSTUP_USE_INSTALLED, else the
    /// setting, else no.
    [[nodiscard]] bool use_installed() const {
        return variables.use_installed.value_or(settings.use_installed.value_or(false));
    }
};

/// The site with which every command and proxy begins. Makes the home and its settings file if
/// they are missing.
///
/// Throws: as config::load_settings() and load_host(); Errc::usage for a RUSTUP_TOOLCHAIN that is
///         not a name, even for commands that need no toolchain.
Site load_site(config::Variables variables, std::string working_directory);

/// As load_site(), but makes nothing: for a program that the user has not allowed to yet.
Site find_site(config::Variables variables, std::string working_directory);

/// The default toolchain of the settings or, if they have none, of the first base home whose
/// settings have one or, if none has, of the system's fallback settings. Each is read only then.
///
/// Throws: Errc::usage for a bad name; as config::find_fallback_default.
std::optional<dist::AnyName> find_default(const Site& site);

}  // namespace latchkey::resolve
