#pragma once

#include <optional>
#include <string>

#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// What the environment says about places and about the choice of a toolchain: what every command
/// and every proxy needs. What only changes need is in change_variables.hpp.
struct Variables {
    std::optional<std::string> home;  ///< HOME, else the password database.
    std::string rustup_home;          ///< Shape: absolute.
    std::string cargo_home;           ///< Shape: absolute.

    std::optional<std::string> toolchain;  ///< RUSTUP_TOOLCHAIN, unchecked.
    std::optional<bool> auto_install;      ///< RUSTUP_AUTO_INSTALL; beats the setting.
    /// RUSTUP_OVERRIDE_HOST_TUPLE; RUSTUP_OVERRIDE_HOST_TRIPLE, its older name, where that says
    /// nothing.
    std::optional<std::string> host_tuple;
    std::string fallback_settings_path;  ///< /etc/rustup/settings.toml, unless overridden.
    unsigned recursion_count = 0;        ///< RUST_RECURSION_COUNT; no number counts as 0.
};

/// Relative values of RUSTUP_HOME and CARGO_HOME are taken relative to `working_directory`.
///
/// Throws: Errc::usage in rustup's words: no home directory at all; RUSTUP_TOOLCHAIN is no UTF-8.
Variables load_variables(const platform::Environment& environment,
                         const std::string& working_directory);

}  // namespace latchkey::config
