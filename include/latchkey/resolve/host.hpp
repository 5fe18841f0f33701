#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "latchkey/config/settings.hpp"
#include "latchkey/config/variables.hpp"

namespace latchkey::resolve {

/// The tuple that this program was built for.
std::string_view build_tuple() noexcept;

/// The tuple of this system, whatever is configured: from uname(2), the C library of the system's
/// programs and rustup's table. A static program may run on a system with another C library than
/// its own.
std::string load_detected_host();

/// As load_detected_host(). Empty if rustup's table has no row for the system; load_detected_host()
/// then falls back to build_tuple().
std::optional<std::string> find_detected_host();

/// The tuple that completes a name without a target: from the settings, RUSTUP_OVERRIDE_HOST_TUPLE
/// or detection.
///
/// Throws: Errc::usage if the configured tuple cannot complete a name: `Provided host 'H' couldn't
///         be converted to partial tuple`, …. Every command then fails, as with rustup.
std::string load_host(const config::Settings& settings, const config::Variables& variables);

/// This system's tuple, whatever the settings say: RUSTUP_OVERRIDE_HOST_TUPLE, or else detection.
std::string load_system_tuple(const config::Variables& variables);

/// As load_system_tuple(). Empty if the tuple would be a guess.
std::optional<std::string> find_system_tuple(const config::Variables& variables);

/// Refuses a toolchain whose programs may not run on this system, unless `force`. `shown` is its
/// name in the message.
///
/// Throws: Errc::unsupported in rustup's words; as dist::can_run.
void check_runs_here(const config::Variables& variables, const std::string& shown,
                     const std::string& target, bool force);

}  // namespace latchkey::resolve
