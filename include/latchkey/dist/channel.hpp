#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::dist {

/// A release's number in a channel's name: `1.95`, `1.95.0`, `1.96.0-beta.2`, `1.96.0-beta`.
struct Version {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::optional<std::uint32_t> patch;
    bool beta = false;
    std::optional<std::uint32_t> beta_number;  ///< The 2 of `-beta.2`.

    /// As semantic versioning orders: a beta before its release; no patch before any patch.
    std::strong_ordering operator<=>(const Version& other) const;
    bool operator==(const Version&) const = default;
};

/// The channel part of a toolchain's name.
class Channel {
public:
    /// Sorted as toolchains are listed.
    enum class Kind { stable, beta, nightly, version };

    /// The whole text must be a channel. `1.0` to `1.8` become `1.0.0` to `1.8.0`.
    static std::optional<Channel> parse(std::string_view text);

    [[nodiscard]] Kind kind() const { return kind_; }

    /// As named: `stable`, `1.95`, `1.96.0-beta.2`.
    [[nodiscard]] std::string str() const;

    /// Requires: kind() is version.
    [[nodiscard]] const Version& version() const { return version_; }

    /// Whether later releases come under this name too: a named channel, `1.95`, `1.23.0-beta`.
    [[nodiscard]] bool moves() const;

    auto operator<=>(const Channel&) const = default;

private:
    Channel(Kind kind, Version version) : kind_(kind), version_(version) {}

    Kind kind_;
    Version version_;  // All zero where the kind is another.
};

}  // namespace latchkey::dist
