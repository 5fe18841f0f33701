#include "latchkey/config/signature_policy.hpp"

#include <algorithm>
#include <array>

namespace latchkey::config {
std::string_view str(SignaturePolicy policy) noexcept {
    // From the last to the first: as users are told, the strictest comes first.
    return kSignatureWords[kSignatureWords.size() - 1 - static_cast<std::size_t>(policy)];
}

std::optional<SignaturePolicy> parse_signature_policy(std::string_view word) noexcept {
    const auto found = std::ranges::find(kSignatureWords, word);
    if (found == kSignatureWords.end()) return std::nullopt;
    return static_cast<SignaturePolicy>(kSignatureWords.end() - 1 - found);
}

}  // namespace latchkey::config
