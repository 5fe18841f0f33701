#include "version_shape.hpp"

#include <cstdint>

#include "latchkey/base/text.hpp"

namespace latchkey::dist {
namespace {

std::uint32_t number(std::string_view digits) {
    return static_cast<std::uint32_t>(parse_number(digits).value_or(0));
}

/// Takes digits from the front of `text`: "0", or up to `most` without a leading zero.
std::optional<std::string_view> take_number(std::string_view& text, std::size_t most) {
    std::size_t length = 0;
    while (length < text.size() && length < most && text[length] >= '0' && text[length] <= '9') {
        ++length;
        if (text[0] == '0') break;
    }
    if (length == 0) return std::nullopt;
    const auto digits = text.substr(0, length);
    text.remove_prefix(length);
    return digits;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

std::optional<Version> parse_version_shape(std::string_view text, bool* leading_zero) {
    Version version;
    const auto major = take_number(text, 1);
    if (!major || !take(text, ".")) return std::nullopt;
    version.major = number(*major);
    const auto minor = take_number(text, 3);
    if (!minor) return std::nullopt;
    version.minor = number(*minor);
    if (take(text, ".")) {
        const auto patch = take_number(text, 2);
        if (!patch) return std::nullopt;
        version.patch = number(*patch);
    }
    if (take(text, "-beta")) {
        version.beta = true;
        if (take(text, ".")) {
            *leading_zero = text.size() == 2 && text[0] == '0';
            if (*leading_zero) text.remove_prefix(1);
            const auto beta_number = take_number(text, 2);
            if (!beta_number) return std::nullopt;
            version.beta_number = number(*beta_number);
        }
    }
    if (!text.empty()) return std::nullopt;
    return version;
}

}  // namespace latchkey::dist
