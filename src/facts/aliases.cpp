#include "latchkey/facts/aliases.hpp"

#include <fmt/format.h>

#include "latchkey/dist/toolchain_name.hpp"
#include "latchkey/facts/document.hpp"
#include "latchkey/resolve/installed.hpp"

namespace latchkey::facts {
namespace {

/// What a hand wrote into the settings may be no name at all.
std::string full_name_of(const resolve::Site& site, const std::string& toolchain) {
    try {
        return dist::str(dist::resolve(dist::parse_resolvable_name(toolchain), site.host));
    } catch (const Error&) {
        return toolchain;
    }
}

bool stands_for_installed(const resolve::Site& site, const std::string& full_name) {
    const auto name = dist::parse_installed_name(full_name);
    return name && resolve::is_installed(site.variables.rustup_home, resolve::to_name(*name));
}

}  // namespace

std::string alias_lines(const resolve::Site& site) {
    std::string text;
    for (const auto& [alias, toolchain] : site.settings.aliases) {
        text += fmt::format("{} -> {}\n", alias, full_name_of(site, toolchain));
    }
    return text;
}

boost::json::array alias_values(const resolve::Site& site) {
    boost::json::array values;
    for (const auto& [alias, toolchain] : site.settings.aliases) {
        const std::string name = full_name_of(site, toolchain);
        boost::json::object value;
        value["name"] = text_value(alias);
        value["toolchain"] = text_value(name);
        value["installed"] = stands_for_installed(site, name);
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace latchkey::facts
