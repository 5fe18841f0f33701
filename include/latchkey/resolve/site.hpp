#pragma once

#include <optional>
#include <string>

#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"
#include "latchkey/resolve/name.hpp"

namespace latchkey::resolve {

/// Where a command runs: all that decides which toolchain answers there, read once.
struct Site {
    std::string working_directory;  ///< Shape: canonical, as getcwd(2) gives it.
    config::Variables variables;
    config::Settings settings;
    std::string host;                   ///< What completes partial names.
    std::optional<Name> env_toolchain;  ///< RUSTUP_TOOLCHAIN, checked.

    /// RUSTUP_AUTO_INSTALL, else the setting, else on.
    [[nodiscard]] bool auto_install() const {
        return variables.auto_install.value_or(settings.auto_install.value_or(true));
    }
};

/// What every command and proxy begins with. Makes the home and its settings file where missing.
///
/// Throws: as config::load_settings, load_host; for a RUSTUP_TOOLCHAIN that names nothing, which
///         stops commands that need no toolchain, too.
Site load_site(config::Variables variables, std::string working_directory);

/// The same, and makes nothing: for whoever has not been allowed to yet.
Site find_site(config::Variables variables, std::string working_directory);

/// The default toolchain of the settings; else of the system's fallback settings, which are read
/// only then.
///
/// Throws: Errc::usage for a bad name; as config::find_fallback_default.
std::optional<dist::AnyName> find_default(const Site& site);

}  // namespace latchkey::resolve
