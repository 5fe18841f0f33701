#include "latchkey/store/home.hpp"

#include "latchkey/base/text.hpp"

namespace latchkey::store {

std::string Place::name() const {
    if (is_home()) return "home/" + toolchain;
    return "away/" + std::to_string(away) + "/" + toolchain;
}

std::optional<Place> Place::parse(std::string_view name) {
    constexpr std::string_view kHome = "home/";
    constexpr std::string_view kAway = "away/";
    Place place;
    if (name.starts_with(kHome)) {
        place.toolchain = name.substr(kHome.size());
    } else if (name.starts_with(kAway)) {
        const std::size_t slash = name.find('/', kAway.size());
        if (slash == std::string_view::npos) return std::nullopt;
        const auto number = parse_number(name.substr(kAway.size(), slash - kAway.size()));
        if (!number || *number == 0) return std::nullopt;
        place.away = *number;
        place.toolchain = name.substr(slash + 1);
    }
    if (place.toolchain.empty() || place.toolchain.find('/') != std::string::npos ||
        place.name() != name) {
        return std::nullopt;
    }
    return place;
}

}  // namespace latchkey::store
