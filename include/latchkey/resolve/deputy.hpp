#pragma once

#include <optional>
#include <span>
#include <string>

#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/resolve/name.hpp"
#include "latchkey/resolve/site.hpp"

namespace latchkey::resolve {

/// The installed toolchain that answers in place of one that is not installed, if the site says
/// so: its deputy. It has the same target, and
///
/// - for `1.92`: it is 1.92 with a patch; the newest one;
/// - for `stable`: it is a numbered release, or a dated stable; the newest one;
/// - for `beta` and `nightly`: it is a dated one; the newest one;
/// - for a date: it is of the same channel, and its manifest is of that day.
///
/// Of several, one that has all `components` and `targets` comes first. What is newest, the dates
/// of the installed manifests tell.
///
/// Costs nothing but a look for `wanted` if that is installed or if the site does not say so, and
/// otherwise small reads of each toolchain.
std::optional<dist::ToolchainName> find_deputy(const Site& site, const dist::ToolchainName& wanted,
                                               std::span<const std::string> components,
                                               std::span<const std::string> targets);

/// The name, or its deputy's.
Name deputised(const Site& site, Name name);

}  // namespace latchkey::resolve
