#pragma once

#include <optional>
#include <string>

#include "latchkey/resolve/place.hpp"

namespace latchkey::cli {

/// Refuses a toolchain whose programs may not run on this system, unless `force`. `shown` is what
/// the message calls it.
///
/// Throws: Errc::unsupported in rustup's words; as dist::can_run.
void check_runs_here(const resolve::Place& place, const std::string& shown,
                     const std::string& target, bool force);

/// This system's tuple, whatever the settings say; RUSTUP_OVERRIDE_HOST_TUPLE stands for it.
std::string load_system_tuple(const resolve::Place& place);

/// The same, empty where it would be a guess.
std::optional<std::string> find_system_tuple(const resolve::Place& place);

}  // namespace latchkey::cli
