#include "latchkey/resolve/place.hpp"

#include "latchkey/config/settings_file.hpp"
#include "latchkey/resolve/host.hpp"

namespace latchkey::resolve {

namespace {

Place make_place(config::Variables variables, std::string working_directory,
                 config::Settings settings) {
    Place place;
    place.working_directory = std::move(working_directory);
    place.variables = std::move(variables);
    place.settings = std::move(settings);
    place.host = load_host(place.settings, place.variables);
    if (place.variables.toolchain) {
        place.env_toolchain = load_local_name(*place.variables.toolchain, place.host);
    }
    return place;
}

}  // namespace

Place load_place(config::Variables variables, std::string working_directory) {
    config::Settings settings = config::load_settings(variables.rustup_home);
    return make_place(std::move(variables), std::move(working_directory), std::move(settings));
}

Place find_place(config::Variables variables, std::string working_directory) {
    const auto settings = config::find_settings(variables.rustup_home);
    return make_place(std::move(variables), std::move(working_directory),
                      settings.value_or(config::Settings{}));
}

std::optional<dist::AnyName> find_default(const Place& place) {
    std::optional<std::string> text = place.settings.default_toolchain;
    if (!text) text = config::find_fallback_default(place.variables.fallback_settings_path);
    if (!text) return std::nullopt;
    return dist::resolve(dist::parse_resolvable_name(*text), place.host);
}

}  // namespace latchkey::resolve
