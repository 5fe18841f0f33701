#include "latchkey/dist/channel.hpp"

#include <fmt/format.h>

#include "latchkey/base/text.hpp"
#include "version_shape.hpp"

namespace latchkey::dist {
namespace {

/// As semantic versioning: a beta, betas by number, the release.
int stage(const Version& version) {
    if (!version.beta) return 2;
    return version.beta_number ? 1 : 0;
}

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

std::strong_ordering Version::operator<=>(const Version& other) const {
    if (const auto order = major <=> other.major; order != 0) return order;
    if (const auto order = minor <=> other.minor; order != 0) return order;
    if (const auto order = patch <=> other.patch; order != 0) return order;
    if (const auto order = stage(*this) <=> stage(other); order != 0) return order;
    return beta_number <=> other.beta_number;
}

std::optional<Channel> Channel::parse(std::string_view text) {
    if (text == "stable") return Channel(Kind::stable, {});
    if (text == "beta") return Channel(Kind::beta, {});
    if (text == "nightly") return Channel(Kind::nightly, {});
    bool leading_zero = false;
    auto version = parse_version_shape(text, &leading_zero);
    if (!version || leading_zero) return std::nullopt;
    // The first releases have no manifest under the short name, and there was one patch of each.
    if (version->major == 1 && version->minor <= 8 && !version->patch && !version->beta) {
        version->patch = 0;
    }
    return Channel(Kind::version, *version);
}

std::string Channel::str() const {
    switch (kind_) {
        case Kind::stable:
            return "stable";
        case Kind::beta:
            return "beta";
        case Kind::nightly:
            return "nightly";
        case Kind::version:
            break;
    }
    std::string text = fmt::format("{}.{}", version_.major, version_.minor);
    if (version_.patch) text += fmt::format(".{}", *version_.patch);
    if (version_.beta) text += "-beta";
    if (version_.beta_number) text += fmt::format(".{}", *version_.beta_number);
    return text;
}

bool Channel::moves() const {
    if (kind_ != Kind::version) return true;
    return version_.beta ? !version_.beta_number : !version_.patch;
}

}  // namespace latchkey::dist
