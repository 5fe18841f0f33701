#include "latchkey/resolve/site.hpp"

#include "latchkey/config/settings_file.hpp"
#include "latchkey/resolve/host.hpp"

namespace latchkey::resolve {

namespace {

Site make_site(config::Variables variables, std::string working_directory,
               config::Settings settings) {
    Site site;
    site.working_directory = std::move(working_directory);
    site.variables = std::move(variables);
    site.settings = std::move(settings);
    site.host = load_host(site.settings, site.variables);
    if (site.variables.toolchain) {
        const std::string real = site.settings.real_name(*site.variables.toolchain);
        site.env_toolchain = load_local_name(real, site.host);
    }
    return site;
}

}  // namespace

Site load_site(config::Variables variables, std::string working_directory) {
    config::Settings settings = config::load_settings(variables.rustup_home);
    return make_site(std::move(variables), std::move(working_directory), std::move(settings));
}

Site find_site(config::Variables variables, std::string working_directory) {
    const auto settings = config::find_settings(variables.rustup_home);
    return make_site(std::move(variables), std::move(working_directory),
                     settings.value_or(config::Settings{}));
}

std::optional<dist::AnyName> find_default(const Site& site) {
    std::optional<std::string> text = site.settings.default_toolchain;
    for (const std::string& base : site.variables.rustup_home.bases()) {
        if (text) break;
        const auto settings = config::find_settings(base);
        if (settings) text = settings->default_toolchain;
    }
    if (!text) text = config::find_fallback_default(site.variables.fallback_settings_path);
    if (!text) return std::nullopt;
    return dist::resolve(dist::parse_resolvable_name(site.settings.real_name(*text)), site.host);
}

}  // namespace latchkey::resolve
