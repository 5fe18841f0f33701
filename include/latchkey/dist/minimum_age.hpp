#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/dist/manifest.hpp"

namespace latchkey::dist {

/// What `set minimum-age` takes: `3d`, `2w`, or `none`, which is zero.
///
/// Throws: Errc::usage for any other text, and for more than a year.
std::chrono::days parse_minimum_age(std::string_view text);

/// `3d`
std::string str(std::chrono::days age);

/// The last day whose nightly is old enough: `age` whole days (UTC) have passed since. Shape:
/// YYYY-MM-DD.
///
/// Throws: Errc::usage if that is before the first nightly, so that the clock must be wrong.
std::string newest_old_enough(std::chrono::days age, std::chrono::sys_seconds now);

/// `skipping the nightly of 2026-05-20, which is younger than 3d: …`
std::string too_young_text(const Manifest& manifest, std::chrono::days age,
                           std::chrono::sys_seconds now);

}  // namespace latchkey::dist
