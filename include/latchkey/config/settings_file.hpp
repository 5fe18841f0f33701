#pragma once

#include <functional>
#include <optional>
#include <string>

#include "latchkey/config/settings.hpp"
#include "latchkey/lock/lock_file.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::config {

/// `$RUSTUP_HOME/settings.toml`.
std::string settings_path(const std::string& rustup_home);

/// Empty where there is no file. A text that may be a part of what somebody is writing is read
/// again under the file's lock, for which this waits up to ten seconds; docs/formats.md says why.
///
/// Throws: Errc::usage, `could not parse settings file: …`; Errc::io, `could not read settings
///         file: …`; Errc::unsupported for version "2".
std::optional<Settings> find_settings(const std::string& rustup_home);

/// What every command begins with. A missing file is written with defaults, and the home with it,
/// never over a file that somebody else made meanwhile. In a home that cannot be written, defaults.
///
/// Throws: as find_settings; Errc::io, `could not create home directory: …`.
Settings load_settings(const std::string& rustup_home);

/// The same of any version, for `self upgrade-data`. Empty where there is no file.
std::optional<Settings> find_settings_of_any_version(const std::string& rustup_home);

/// Reads again, changes, and writes by platform::rewrite_file(), so readers need no lock, and the
/// file keeps its owner, its names and what is mounted there. Returns what is now in the file.
///
/// The lock on the file itself keeps rustup from writing meanwhile. Waits for it up to ten seconds,
/// and then does without.
///
/// Requires: `settings_lock` holds Key::settings() exclusively.
/// Throws:   as load_settings; what `change` throws, and nothing is written then; Errc::io,
///           `could not write settings file: …`.
Settings update_settings(const lock::LockSet& settings_lock, const std::string& rustup_home,
                         const std::function<void(Settings&)>& change);

/// The same for settings of an older version, which become kSettingsVersion.
///
/// Requires: as update_settings.
/// Throws:   as find_settings_of_any_version; Errc::io, `could not write settings file: …`.
void upgrade_settings(const lock::LockSet& settings_lock, const std::string& rustup_home);

/// Deletes what a killed update_settings() left, unless somebody is at it.
///
/// Throws: Errc::io.
/// Locks:  Key::settings(), tried.
void sweep_settings(const lock::LockFile& lock_file, const std::string& rustup_home);

/// `default_toolchain` of the system's settings. A file that is not there or may not be read says
/// nothing.
///
/// Throws: Errc::io, `could not read fallback settings file: …`; as parse_fallback_settings.
std::optional<std::string> find_fallback_default(const std::string& path);

}  // namespace latchkey::config
