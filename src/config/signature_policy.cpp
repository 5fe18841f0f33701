#include "latchkey/config/signature_policy.hpp"

#include <algorithm>
#include <array>

namespace latchkey::config {
namespace {

constexpr std::array<std::string_view, 3> kPolicies{"off", "warn", "require"};

}  // namespace

std::string_view str(SignaturePolicy policy) noexcept {
    return kPolicies[static_cast<std::size_t>(policy)];
}

std::optional<SignaturePolicy> parse_signature_policy(std::string_view word) noexcept {
    const auto found = std::ranges::find(kPolicies, word);
    if (found == kPolicies.end()) return std::nullopt;
    return static_cast<SignaturePolicy>(found - kPolicies.begin());
}

}  // namespace latchkey::config
