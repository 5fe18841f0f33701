#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace latchkey::config {

/// What becomes of a release whose manifest has no good signature.
enum class SignaturePolicy {
    off,      ///< Nobody asks for signatures.
    warn,     ///< A wrong signature is told, a missing one is not.
    require,  ///< Nothing is installed without a good one.
};

/// Its words, as users are told of them.
inline constexpr std::array<std::string_view, 3> kSignatureWords{"require", "warn", "off"};

/// `off`, `warn`, `require`.
std::string_view str(SignaturePolicy policy) noexcept;

/// Empty: the word is none of them.
std::optional<SignaturePolicy> parse_signature_policy(std::string_view word) noexcept;

}  // namespace latchkey::config
