#include "latchkey/dist/channel.hpp"

#include <fmt/format.h>

#include "version_shape.hpp"

namespace latchkey::dist {

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
