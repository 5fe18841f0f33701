#pragma once

#include <compare>
#include <cstdint>
#include <optional>

namespace latchkey::dist {

/// The version of a release, as a channel names it: `1.95`, `1.95.0`, `1.96.0-beta.2`,
/// `1.96.0-beta`.
struct Version {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::optional<std::uint32_t> patch;
    bool beta = false;
    std::optional<std::uint32_t> beta_number;  ///< The 2 of `-beta.2`.

    /// As semantic versioning orders them: a beta before its release. A version without a patch
    /// comes before any patch.
    std::strong_ordering operator<=>(const Version& other) const;
    bool operator==(const Version&) const = default;
};

}  // namespace latchkey::dist
