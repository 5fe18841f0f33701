#include "latchkey/dist/signed_release.hpp"

#include <fmt/format.h>

namespace latchkey::dist {
namespace {

/// `number` is the first word of a version, such as `1.97.0-nightly`.
bool fits(std::string_view number, const Channel& channel) {
    switch (channel.kind()) {
        case Channel::Kind::stable:
            return number.find('-') == std::string_view::npos;
        case Channel::Kind::beta:
            return number.find("-beta") != std::string_view::npos;
        case Channel::Kind::nightly:
            return number.find("-nightly") != std::string_view::npos;
        case Channel::Kind::version:
            break;
    }
    const std::string wanted = channel.str();
    // `1.95` stands for each `1.95.N`, and `1.96.0-beta` for each `1.96.0-beta.N`.
    return number == wanted || (channel.moves() && number.starts_with(wanted + "."));
}

}  // namespace

std::optional<std::string> find_other_release(const Manifest& manifest, const ToolchainName& name) {
    if (name.date() && manifest.date != *name.date()) {
        return fmt::format("it is of a release of {}, not of {}", manifest.date, *name.date());
    }
    const auto version = manifest.rust_version();
    if (!version || version->empty()) return std::nullopt;
    const std::string_view number = std::string_view(*version).substr(0, version->find(' '));
    if (fits(number, name.channel())) return std::nullopt;
    return fmt::format("it is of the release {}, not of {}", number, name.channel().str());
}

}  // namespace latchkey::dist
