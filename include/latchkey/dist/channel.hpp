#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/dist/version.hpp"

namespace latchkey::dist {

/// The channel in a toolchain's name: `stable`, `beta`, `nightly`, or a version.
class Channel {
public:
    /// In the order in which toolchains are listed.
    enum class Kind { stable, beta, nightly, version };

    /// Empty unless the whole text is a channel. `1.0` to `1.8` become `1.0.0` to `1.8.0`, since
    /// each had one patch and no manifest under the short name.
    static std::optional<Channel> parse(std::string_view text);

    [[nodiscard]] Kind kind() const { return kind_; }

    /// The name: `stable`, `1.95`, `1.96.0-beta.2`.
    [[nodiscard]] std::string str() const;

    /// Requires: kind() is version.
    [[nodiscard]] const Version& version() const { return version_; }

    /// Whether later releases get this name too. True for named channels, `1.95` and `1.23.0-beta`.
    [[nodiscard]] bool moves() const;

    auto operator<=>(const Channel&) const = default;

private:
    Channel(Kind kind, Version version) : kind_(kind), version_(version) {}

    Kind kind_;
    Version version_;  // All zero where the kind is another.
};

}  // namespace latchkey::dist
