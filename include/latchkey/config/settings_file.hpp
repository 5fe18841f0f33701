#pragma once

#include <functional>
#include <optional>
#include <string>

#include "latchkey/config/settings.hpp"
#include "latchkey/dist/home_layout.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::config {

/// `$RUSTUP_HOME/settings.toml`.
std::string settings_path(const dist::HomeLayout& home);

/// The settings. Empty: there is no file.
///
/// If the text may be a part of what another program is writing, it is read again under the file's
/// own lock, for which this waits up to ten seconds. docs/formats.md says why.
///
/// Throws: Errc::usage, `could not parse settings file: …`; Errc::io, `could not read settings
///         file: …`; Errc::unsupported for version "2".
std::optional<Settings> find_settings(const dist::HomeLayout& home);

/// The settings with which every command begins. If the file is missing, it is made with defaults,
/// and the home too, but never over a file that somebody else has made meanwhile. If the home
/// cannot be written: the defaults.
///
/// Throws: as find_settings(); Errc::io, `could not create home directory: …`.
Settings load_settings(const dist::HomeLayout& home);

/// As find_settings(), for a file of any version: for `self upgrade-data`.
std::optional<Settings> find_settings_of_any_version(const dist::HomeLayout& home);

/// Reads the settings again, changes them, and writes them by platform::rewrite_file(). So readers
/// need no lock, and the file keeps its owner, its names and what is mounted there.
///
/// The lock on the file itself keeps rustup from writing meanwhile. This waits up to ten seconds
/// for it and then goes on without.
///
/// Returns:  the settings that the file has now.
/// Requires: `settings_lock` holds Key::settings() exclusively.
/// Throws:   as load_settings; what `change` throws, and nothing is written then; Errc::io, `could
///           not write settings file: …`.
Settings update_settings(const lock::LockSet& settings_lock, const dist::HomeLayout& home,
                         const std::function<void(Settings&)>& change);

/// Brings the settings of an older version to kSettingsVersion.
///
/// Requires: as update_settings().
/// Throws:   as find_settings_of_any_version; Errc::io, `could not write settings file: …`.
void upgrade_settings(const lock::LockSet& settings_lock, const dist::HomeLayout& home);

/// Deletes the draft that a killed update_settings() left, unless somebody is writing one.
///
/// Throws: Errc::io.
/// Locks:  Key::settings(), tried.
void sweep_settings(const lock::LockFile& lock_file, const dist::HomeLayout& home);

/// `default_toolchain` of the system's settings. Empty also if the file does not exist or may not
/// be read.
///
/// Throws: Errc::io, `could not read fallback settings file: …`; as parse_fallback_settings.
std::optional<std::string> find_fallback_default(const std::string& path);

}  // namespace latchkey::config
