#pragma once

#include <optional>
#include <string>

#include "context.hpp"

namespace latchkey::cli {

/// What happens to this program after an install or update: nothing in CI, else what the settings
/// say.
config::SelfUpdateMode self_update_mode(const Context& context);

/// Throws: Errc::not_found, `rustup is not installed at 'CARGO_HOME'`.
void require_installed(const Context& context);

/// Brings this program up to date from RUSTUP_UPDATE_ROOT. Where that is not set there is nowhere
/// to look: nothing is said, unless the user asked for it. Never puts another program in our place:
/// a mirror of rustup's server may be what RUSTUP_UPDATE_ROOT names. If a release key was built in,
/// what is not signed with it is refused. A program that belongs to a package stays.
///
/// Returns the exit status.
/// Throws:  rustup's words; Errc::corrupt for a wrong hash, or a signature that is wrong or
/// missing.
enum class SelfUpdateCause { asked_for, by_the_way };
task::awaitable<int> update_self(Context& context, SelfUpdateCause cause);

/// What there is of this program.
struct SelfNews {
    std::string installed_version;
    std::optional<std::string> available_version;  ///< Empty: up to date.
};
/// Empty: there is nowhere to look.
task::awaitable<std::optional<SelfNews>> find_self_news(Context& context);

/// `rustup - up to date : V`, or what there is. Nothing without RUSTUP_UPDATE_ROOT.
///
/// Returns whether there is a newer version.
task::awaitable<bool> print_self_check(Context& context);

/// What install and update end with. `wanted`: `--no-self-update` was not given.
///
/// Returns the exit status.
task::awaitable<int> update_self_if_wanted(Context& context, bool wanted);

/// The line of `check-only`, where that is the mode.
task::awaitable<void> check_self_if_wanted(Context& context);

}  // namespace latchkey::cli
