#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"

namespace latchkey::resolve {

/// The tuple that this program was built for.
std::string_view build_tuple() noexcept;

/// What this system is, whatever is configured: by uname(2) and the C library of its programs, then
/// rustup's table. A program that is linked statically runs on systems of another C library, too.
std::string load_detected_host();

/// The same, empty where rustup's table has no row for it: then the tuple is only what this program
/// was built for.
std::optional<std::string> find_detected_host();

/// What stands for a missing target: the setting, RUSTUP_OVERRIDE_HOST_TUPLE, or detection.
///
/// Throws: Errc::usage, where the configured one cannot complete a name: `Provided host 'H'
///         couldn't be converted to partial tuple`, …. So every command fails with it, as rustup's do.
std::string load_host(const config::Settings& settings, const config::Variables& variables);

/// This system's tuple, whatever the settings say; RUSTUP_OVERRIDE_HOST_TUPLE stands for it.
std::string load_system_tuple(const config::Variables& variables);

/// The same, empty where it would be a guess.
std::optional<std::string> find_system_tuple(const config::Variables& variables);

/// Refuses a toolchain whose programs may not run on this system, unless `force`. `shown` is what
/// the message calls it.
///
/// Throws: Errc::unsupported in rustup's words; as dist::can_run.
void check_runs_here(const config::Variables& variables, const std::string& shown,
                     const std::string& target, bool force);

}  // namespace latchkey::resolve
