#pragma once

#include <optional>
#include <string>

#include "context.hpp"

namespace latchkey::cli {

/// Whether installs and updates also update this program: never in CI, otherwise as the settings
/// say.
config::SelfUpdateMode self_update_mode(const Context& context);

/// Throws: Errc::not_found, `rustup is not installed at 'CARGO_HOME'`.
void require_installed(const Context& context);

/// Who wants a self-update: the user, or an install or update.
enum class SelfUpdateCause { asked_for, by_the_way };

/// Updates this program from RUSTUP_UPDATE_ROOT. If the variable is not set, says so only if the
/// user asked for the update. Never installs a program that is not ours, as a mirror of rustup's
/// server has. If a release key was built in, refuses programs without its signature. Does not
/// update a program that belongs to a package.
///
/// Returns: the exit status.
/// Throws:  rustup's words; Errc::corrupt for a wrong hash, or a signature that is wrong or
///          missing.
task::awaitable<int> update_self(Context& context, SelfUpdateCause cause);

/// The versions of this program.
struct SelfNews {
    std::string installed_version;
    std::optional<std::string> available_version;  ///< Empty: up to date.
};
/// Asks for a newer version. Empty: there is no RUSTUP_UPDATE_ROOT to ask.
task::awaitable<std::optional<SelfNews>> find_self_news(Context& context);

/// Prints `rustup - up to date : V`, or the newer version. Prints nothing without
/// RUSTUP_UPDATE_ROOT.
///
/// Returns: whether there is a newer version.
task::awaitable<bool> print_self_check(Context& context);

/// The end of `install` and `update`: updates this program if the settings say so. `wanted`:
/// `--no-self-update` was not given.
///
/// Returns: the exit status.
task::awaitable<int> update_self_if_wanted(Context& context, bool wanted);

/// As print_self_check(), if the settings say `check-only`.
task::awaitable<void> check_self_if_wanted(Context& context);

}  // namespace latchkey::cli
