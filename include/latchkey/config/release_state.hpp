#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "latchkey/lock/lock_set.hpp"

namespace latchkey::config {

/// `$RUSTUP_HOME/state.toml`, where rustup from 1.30 on notes what it has told.
std::string release_state_path(const std::string& rustup_home);

/// When it was last told that Rust has a new release, since 1970. Empty where it never was.
///
/// Throws: Errc::usage, what is wrong with the file; Errc::io.
/// Source: the key `last_release_notified_secs`.
std::optional<std::chrono::seconds> find_release_notice(const std::string& rustup_home);

/// Notes it. What else is in the file stays.
///
/// Requires: `settings_lock` holds Key::settings() exclusively.
/// Throws:   as find_release_notice.
void save_release_notice(const lock::LockSet& settings_lock, const std::string& rustup_home,
                         std::chrono::seconds when);

}  // namespace latchkey::config
