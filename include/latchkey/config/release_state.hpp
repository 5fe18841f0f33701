#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "latchkey/dist/home_layout.hpp"
#include "latchkey/lock/lock_set.hpp"

namespace latchkey::config {

/// `$RUSTUP_HOME/state.toml`, in which rustup from 1.30 on notes what it has told its user.
std::string release_state_path(const dist::HomeLayout& home);

/// When the user was last told of a new Rust release. Empty: never.
///
/// Units: since 1970.
///
/// Throws: Errc::usage if the file is malformed; Errc::io.
/// Source: the key `last_release_notified_secs`.
std::optional<std::chrono::seconds> find_release_notice(const dist::HomeLayout& home);

/// Saves that time. Other keys in the file stay.
///
/// Requires: `settings_lock` holds Key::settings() exclusively.
/// Throws:   as find_release_notice.
void save_release_notice(const lock::LockSet& settings_lock, const dist::HomeLayout& home,
                         std::chrono::seconds when);

}  // namespace latchkey::config
