#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

/// A SHA-256 value: the identity of an artifact.
class Digest {
public:
    using Bytes = std::array<std::uint8_t, 32>;

    explicit Digest(const Bytes& bytes) : bytes_(bytes) {}

    /// Empty unless the text is exactly 64 lower-case hex digits. rustup compares hashes as text,
    /// so upper case is another hash.
    static std::optional<Digest> parse(std::string_view hex);

    /// Shape: 64 lower-case hex digits.
    [[nodiscard]] std::string hex() const;
    [[nodiscard]] const Bytes& bytes() const noexcept { return bytes_; }

    auto operator<=>(const Digest&) const = default;

private:
    Bytes bytes_;
};

}  // namespace latchkey
