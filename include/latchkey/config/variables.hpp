#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/platform/environment.hpp"

namespace latchkey::config {

/// The environment's variables that every command and proxy needs: where things are, and which
/// toolchain is chosen. change_variables.hpp has those that only changes need.
struct Variables {
    std::optional<std::string> home;  ///< HOME, else the password database.
    dist::HomeLayout rustup_home;
    std::string cargo_home;  ///< Shape: absolute.

    std::optional<std::string> toolchain;  ///< RUSTUP_TOOLCHAIN, unchecked.
    std::optional<bool> auto_install;      ///< RUSTUP_AUTO_INSTALL; beats the setting.
    std::optional<bool> use_installed;     ///< RUSTUP_USE_INSTALLED; beats the setting.
    /// RUSTUP_OVERRIDE_HOST_TUPLE or, if that is not set, RUSTUP_OVERRIDE_HOST_TRIPLE, its older
    /// name.
    std::optional<std::string> host_tuple;
    std::string fallback_settings_path;  ///< /etc/rustup/settings.toml, unless overridden.
    /// RUSTUP_SAFE_DIRECTORIES, split at colons; beats the setting.
    std::optional<std::vector<std::string>> safe_directories;
    bool locked = false;     ///< RUSTUP_LOCKED: only what `rust-toolchain.lock` says.
    bool untrusted = false;  ///< RUSTUP_UNTRUSTED: what files here say is not trusted.
    std::optional<std::uint32_t> sudo_user;  ///< SUDO_UID: who called sudo.
    unsigned recursion_count = 0;            ///< RUST_RECURSION_COUNT; no number counts as 0.
};

/// Relative values of RUSTUP_HOME and CARGO_HOME are relative to `working_directory`. The home is
/// plain, at RUSTUP_HOME or in `.rustup`, unless RUSTUP_HOME is not set and RUSTUP_USE_CATEGORY_HOME
/// is 1, or a proxy told that it is by category.
///
/// Throws: Errc::usage in rustup's words if there is no home directory at all, or if
///         RUSTUP_TOOLCHAIN is not UTF-8; Errc::usage for a RUSTUP_LOCKED, RUSTUP_UNTRUSTED,
///         RUSTUP_USE_INSTALLED or RUSTUP_USE_CATEGORY_HOME that is neither 0, 1 nor empty, and
///         as find_bases().
Variables load_variables(const platform::Environment& environment,
                         const std::string& working_directory);

/// The two homes between which `home move` moves, whichever is in use.
struct HomeChoices {
    dist::HomeLayout plain;
    dist::HomeLayout category;
};

/// A RUSTUP_HOME that a proxy told is none that the user chose.
///
/// Throws: Errc::not_found in rustup's words if there is no home directory and one is needed.
HomeChoices find_home_choices(const platform::Environment& environment,
                              const std::string& working_directory);

}  // namespace latchkey::config
