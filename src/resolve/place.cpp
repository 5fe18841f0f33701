#include "latchkey/resolve/place.hpp"

#include "latchkey/config/settings_file.hpp"
#include "latchkey/resolve/host.hpp"

namespace latchkey::resolve {

Place load_place(config::Variables variables, std::string working_directory) {
    Place place;
    place.working_directory = std::move(working_directory);
    place.variables = std::move(variables);
    place.settings = config::load_settings(place.variables.rustup_home);
    place.host = load_host(place.settings, place.variables);
    if (place.variables.toolchain) {
        place.env_toolchain = load_local_name(*place.variables.toolchain, place.host);
    }
    return place;
}

std::optional<dist::AnyName> find_default(const Place& place) {
    std::optional<std::string> text = place.settings.default_toolchain;
    if (!text) text = config::find_fallback_default(place.variables.fallback_settings_path);
    if (!text) return std::nullopt;
    return dist::resolve(dist::parse_resolvable_name(*text), place.host);
}

}  // namespace latchkey::resolve
